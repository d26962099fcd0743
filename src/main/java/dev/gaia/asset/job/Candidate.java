package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A stored or external asset that a search found for a request, and what the decision asks about it (assets.md 3.2, 3.4
 * and 16).
 *
 * @param row the row of the asset, with its {@code similarity} to the request
 */
record Candidate(JsonNode row) {

    private static final double GOOD_QUALITY = 0.8;
    private static final double ADAPTABLE_QUALITY = 0.6;
    private static final double FINE_QUALITY = 0.9;
    private static final double SIMILAR = 0.7;

    /** How Creative Commons names the licences under which nothing may be changed. */
    private static final Pattern NO_DERIVATIVES =
            Pattern.compile("\\bby(-nc)?-nd\\b|no-?deriv", Pattern.CASE_INSENSITIVE);

    /** The assets of a search that are near enough to the request and that its preferences permit. */
    static List<Candidate> of(JsonNode found, JsonNode request) {
        return StreamSupport.stream(found.path("assets").spliterator(), false)
                .map(Candidate::new)
                .filter(candidate -> candidate.near() && candidate.permitted(request.path("preferences")))
                .toList();
    }

    /** The one of the highest quality, among equals the nearest, then one of the wanted style, then the newest. */
    static Optional<Candidate> best(Stream<Candidate> candidates, JsonNode request) {
        return candidates.max(Comparator.comparingDouble(Candidate::quality)
                .thenComparingDouble(
                        candidate -> candidate.row.path("similarity").asDouble())
                .thenComparing(candidate -> candidate.styled(request))
                .thenComparing(candidate -> candidate.row.path("created_at").asText()));
    }

    String id() {
        return row.path("id").asText();
    }

    double quality() {
        return row.path("quality_score").asDouble();
    }

    /** What is near in meaning was compared with the threshold of the settings before it was found. */
    private boolean near() {
        return "semantic".equals(row.path("matched_by").asText())
                || row.path("similarity").asDouble() >= SIMILAR;
    }

    private boolean external() {
        return "external".equals(row.path("storage_type").asText());
    }

    private boolean permitted(JsonNode preferences) {
        boolean commercial = !row.at("/metadata/non_commercial").asBoolean();
        return (!external() || preferences.path("allow_external").asBoolean())
                && (commercial || preferences.path("allow_non_commercial").asBoolean());
    }

    /** May it be handed out as it is? */
    boolean usable(JsonNode request) {
        return quality() >= GOOD_QUALITY
                && (external() || request.at("/preferences/allow_database").asBoolean())
                && fits(request.path("requirements"))
                && !tooDetailed(request.path("requirements"));
    }

    /**
     * May it be changed into what is asked for?
     *
     * @param formats of files that providers take
     */
    boolean adaptable(JsonNode request, List<String> formats, long maxBytes) {
        return quality() >= ADAPTABLE_QUALITY
                && fits(request.path("requirements"))
                && formats.contains(row.path("file_format").asText().toLowerCase(Locale.ROOT))
                && row.path("size_bytes").asLong() <= maxBytes
                && !forbidsChanges();
    }

    private boolean forbidsChanges() {
        return row.at("/metadata/no_derivatives").asBoolean()
                || Stream.of("/metadata/attribution/licence_name", "/metadata/attribution/licence_url")
                        .map(pointer -> row.at(pointer).asText())
                        .anyMatch(text -> NO_DERIVATIVES.matcher(text).find())
                || NO_DERIVATIVES.matcher(row.path("attribution_text").asText()).find();
    }

    private boolean fits(JsonNode requirements) {
        boolean format = !requirements.has("format")
                || requirements
                        .path("format")
                        .asText()
                        .equals(row.path("file_format").asText());
        boolean size = !requirements.has("file_size_max_mb")
                || row.path("file_size_mb").asDouble()
                        <= requirements.path("file_size_max_mb").asDouble();
        return format && size;
    }

    /** Has it more polygons than wanted? An unknown number passes. */
    private boolean tooDetailed(JsonNode requirements) {
        JsonNode polygons = row.at("/metadata/polygon_count");
        return requirements.has("polygon_count_max")
                && polygons.isNumber()
                && polygons.asLong() > requirements.path("polygon_count_max").asLong();
    }

    /** Does one of its tags name the style that is asked for? */
    private boolean styled(JsonNode request) {
        String style = request.path("style").asText();
        return StreamSupport.stream(row.path("style_tags").spliterator(), false)
                .anyMatch(tag -> tag.asText().equalsIgnoreCase(style));
    }

    /** What has to be done to it for the request, in words; at least one thing. */
    List<Modification> modifications(JsonNode request) {
        JsonNode requirements = request.path("requirements");
        List<Modification> needed = new ArrayList<>();
        if (!styled(request)) {
            needed.add(new Modification(
                    "style", "Apply the style " + request.path("style").asText()));
        }
        if ("ultra".equals(requirements.path("quality").asText()) && quality() < FINE_QUALITY) {
            needed.add(new Modification("enhance", "Enhance the quality"));
        }
        if (tooDetailed(requirements)) {
            needed.add(new Modification(
                    "reduce",
                    "Reduce to " + requirements.path("polygon_count_max").asLong() + " polygons"));
        }
        if (needed.isEmpty()) {
            needed.add(new Modification("variation", "Make a variation"));
        }
        return needed;
    }

    /**
     * One thing that is done to an asset.
     *
     * @param kind {@code style}, {@code enhance}, {@code reduce} or {@code variation}
     */
    record Modification(String kind, String words) {}
}
