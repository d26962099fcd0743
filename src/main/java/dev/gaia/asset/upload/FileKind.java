package dev.gaia.asset.upload;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds of file that are taken, each told by its extension and by the bytes it starts with. What a browser could run
 * as a page (HTML, SVG) is not among them.
 */
public enum FileKind {
    PNG("png"),
    JPEG("jpg", "jpeg"),
    GIF("gif"),
    WEBP("webp"),
    MP3("mp3"),
    WAV("wav"),
    OGG("ogg"),
    GLB("glb"),
    GLTF("gltf"),
    FBX("fbx"),
    OBJ("obj"),
    ZIP("zip"),
    BVH("bvh"),
    JSON("json"),
    USDZ("usdz");

    private static final List<FileKind> PICTURES = List.of(PNG, JPEG, GIF, WEBP);
    private static final List<FileKind> MODELS = List.of(GLB, GLTF, FBX, OBJ, ZIP, JSON);
    private static final Map<String, List<FileKind>> BY_CATEGORY = Map.of(
            "image", PICTURES,
            "texture", PICTURES,
            "audio", List.of(MP3, WAV, OGG),
            "environment", MODELS,
            "character", MODELS,
            "prop", MODELS,
            "animation", List.of(FBX, GLB, GLTF, BVH, ZIP, JSON));
    private static final int TEXT_HEAD = 512;

    private final String extension;
    private final String otherExtension;

    FileKind(String extension) {
        this(extension, extension);
    }

    FileKind(String extension, String otherExtension) {
        this.extension = extension;
        this.otherExtension = otherExtension;
    }

    /** The kind whose extension this is; the extension is in lower case. */
    public static Optional<FileKind> ofExtension(String extension) {
        return Arrays.stream(values())
                .filter(kind -> kind.extension.equals(extension) || kind.otherExtension.equals(extension))
                .findFirst();
    }

    /** The category a file of this kind belongs to when nobody says. */
    public String likelyCategory() {
        return switch (this) {
            case PNG, JPEG, GIF, WEBP -> "image";
            case MP3, WAV, OGG -> "audio";
            case BVH -> "animation";
            case GLB, GLTF, FBX, OBJ, ZIP, JSON, USDZ -> "prop";
        };
    }

    public boolean isPicture() {
        return PICTURES.contains(this);
    }

    /** May a file of this kind be uploaded for the category? */
    public boolean allowedFor(String category) {
        return BY_CATEGORY.getOrDefault(category, List.of()).contains(this);
    }

    /** Do the bytes begin as files of this kind do? */
    public boolean matches(byte[] file) {
        return switch (this) {
            case PNG -> starts(file, 0, new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
            case JPEG -> starts(file, 0, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff});
            case GIF -> starts(file, 0, "GIF87a") || starts(file, 0, "GIF89a");
            case WEBP -> starts(file, 0, "RIFF") && starts(file, 8, "WEBP");
            case MP3 -> starts(file, 0, "ID3") || frameOfMp3(file);
            case WAV -> starts(file, 0, "RIFF") && starts(file, 8, "WAVE");
            case OGG -> starts(file, 0, "OggS");
            case GLB -> starts(file, 0, "glTF");
            case FBX -> starts(file, 0, "Kaydara FBX Binary") || head(file).startsWith("; fbx");
            case ZIP, USDZ ->
                starts(file, 0, new byte[] {'P', 'K', 3, 4}) || starts(file, 0, new byte[] {'P', 'K', 5, 6});
            case GLTF, JSON ->
                head(file).startsWith("{") || (this == JSON && head(file).startsWith("["));
            case BVH -> head(file).startsWith("hierarchy");
            case OBJ -> isText(file) && !head(file).startsWith("<");
        };
    }

    private static boolean frameOfMp3(byte[] file) {
        return file.length > 2 && (file[0] & 0xff) == 0xff && (file[1] & 0xe0) == 0xe0 && (file[1] & 0x06) != 0;
    }

    private static boolean isText(byte[] file) {
        for (int i = 0; i < Math.min(file.length, TEXT_HEAD); i++) {
            if (file[i] >= 0 && file[i] < ' ' && file[i] != '\t' && file[i] != '\n' && file[i] != '\r') {
                return false;
            }
        }
        return file.length > 0;
    }

    /** The first text of the file without leading blanks, in lower case. */
    private static String head(byte[] file) {
        return new String(file, 0, Math.min(file.length, TEXT_HEAD), StandardCharsets.ISO_8859_1)
                .stripLeading()
                .toLowerCase(Locale.ROOT);
    }

    private static boolean starts(byte[] file, int offset, String text) {
        return starts(file, offset, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean starts(byte[] file, int offset, byte[] magic) {
        return file.length >= offset + magic.length
                && Arrays.equals(file, offset, offset + magic.length, magic, 0, magic.length);
    }
}
