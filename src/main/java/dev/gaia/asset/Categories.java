package dev.gaia.asset;

import java.util.List;

/** The words for what an asset is. */
public final class Categories {

    public static final List<String> ALL =
            List.of("environment", "character", "prop", "audio", "texture", "animation", "image");

    public static final List<String> LICENSES =
            List.of("creative_commons", "public_domain", "custom", "commercial", "proprietary");

    private Categories() {}

    /** How a refusal lists the words. */
    public static String listed(List<String> words) {
        var quoted = words.stream().map(word -> "'" + word + "'").toList();
        return String.join(", ", quoted.subList(0, quoted.size() - 1)) + " or " + quoted.getLast();
    }
}
