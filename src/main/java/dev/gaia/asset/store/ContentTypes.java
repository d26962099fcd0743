package dev.gaia.asset.store;

import java.util.Map;

/** The type a stored file is served with, from its extension alone; whatever a browser could run is plain bytes. */
public final class ContentTypes {

    private static final String BYTES = "application/octet-stream";

    private static final Map<String, String> BY_EXTENSION = Map.ofEntries(
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("wav", "audio/wav"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("gltf", "model/gltf+json"),
            Map.entry("glb", "model/gltf-binary"),
            Map.entry("zip", "application/zip"),
            Map.entry("json", "application/json"));

    private ContentTypes() {}

    /** For an extension in lower case, such as {@code png}. */
    public static String of(String extension) {
        return BY_EXTENSION.getOrDefault(extension, BYTES);
    }
}
