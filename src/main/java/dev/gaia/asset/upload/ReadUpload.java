package dev.gaia.asset.upload;

import dev.gaia.asset.Categories;
import dev.gaia.asset.image.Pictures;
import dev.gaia.asset.store.Content;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Reads an upload from a form, or refuses it, in the order of the contract (assets.md 10.1). */
final class ReadUpload {

    private static final int TAGS_MAX = 32;
    private static final int TAG_LENGTH_MAX = 64;

    private final Pictures pictures;

    ReadUpload(Pictures pictures) {
        this.pictures = pictures;
    }

    /** @param complete whether title, description and category must be given */
    Upload read(Form form, boolean complete) {
        Map<String, String> fields = form.fields();
        List<Issue> issues = new ArrayList<>();
        if (form.file().isEmpty()) {
            issues.add(Issue.missing("body", "file"));
        }
        if (complete) {
            for (String name : List.of("title", "description", "category")) {
                if (!fields.containsKey(name)) {
                    issues.add(Issue.missing("body", name));
                }
            }
        }
        if (complete && fields.containsKey("title") && fields.get("title").isBlank()) {
            issues.add(
                    new Issue("string_too_short", List.of("body", "title"), "String should have at least 1 character"));
        }
        fields.forEach((name, value) -> {
            if (value.indexOf('\0') >= 0) {
                issues.add(new Issue("string_type", List.of("body", name), "Input should hold no zero characters"));
            }
        });
        shorterThan("title", 255, fields, issues);
        shorterThan("description", 10_000, fields, issues);
        shorterThan("attribution", 1000, fields, issues);
        oneOf("category", Categories.ALL, fields, issues);
        oneOf("license_type", Categories.LICENSES, fields, issues);
        oneOf("visibility", List.of("shared", "private"), fields, issues);
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.ASSET_INVALID_REQUEST, issues);
        }
        return checked(form.file().orElseThrow(), fields);
    }

    private Upload checked(Form.Part part, Map<String, String> fields) {
        Content file = part.file();
        FileName name = FileName.clean(part.name());
        String extension = name.extension();
        FileKind kind = FileKind.ofExtension(extension).orElseThrow(() -> notAllowed(extension));
        String category = fields.getOrDefault("category", kind.likelyCategory());
        if (!kind.allowedFor(category)) {
            throw notAllowed(extension);
        }
        if (!kind.matches(part.head())) {
            throw Failure.of(
                    FailureCode.ASSET_UNSUPPORTED_MEDIA_TYPE, "File content does not match its type " + extension);
        }
        if (kind.isPicture() && pictures.tooLarge(file)) {
            throw Failure.of(
                    FailureCode.ASSET_FILE_TOO_LARGE,
                    "Picture cannot be read or is too large. Maximum size: " + pictures.pixelsMax() / 1_000_000
                            + " megapixels");
        }
        String title = fields.getOrDefault("title", "").strip();
        String license = fields.getOrDefault("license_type", "");
        return new Upload(
                UUID.randomUUID(),
                file,
                name,
                kind,
                title.isEmpty() ? name.text() : title,
                fields.getOrDefault("description", "").strip(),
                category,
                tags(fields.getOrDefault("style_tags", "")),
                license.isEmpty() ? "creative_commons" : license,
                fields.getOrDefault("attribution", "").strip(),
                "private".equals(fields.get("visibility")) ? "private" : "public",
                part.sha256());
    }

    private static List<String> tags(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(tag -> tag.strip().toLowerCase(Locale.ROOT))
                .filter(tag -> !tag.isEmpty())
                .map(tag -> tag.length() > TAG_LENGTH_MAX ? tag.substring(0, TAG_LENGTH_MAX) : tag)
                .distinct()
                .limit(TAGS_MAX)
                .toList();
    }

    private static Failure notAllowed(String extension) {
        return Failure.of(
                FailureCode.ASSET_UNSUPPORTED_MEDIA_TYPE,
                "File type " + (extension.isEmpty() ? "without extension" : extension) + " not allowed");
    }

    private static void shorterThan(String name, int length, Map<String, String> fields, List<Issue> issues) {
        if (fields.getOrDefault(name, "").length() > length) {
            issues.add(new Issue(
                    "string_too_long", List.of("body", name), "String should have at most " + length + " characters"));
        }
    }

    private static void oneOf(String name, List<String> words, Map<String, String> fields, List<Issue> issues) {
        String value = fields.getOrDefault(name, "");
        boolean given = !value.isEmpty() || ("category".equals(name) && fields.containsKey(name));
        if (given && !words.contains(value)) {
            issues.add(new Issue("enum", List.of("body", name), "Input should be " + Categories.listed(words)));
        }
    }
}
