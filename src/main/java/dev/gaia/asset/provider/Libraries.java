package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.chat.provider.ProviderSettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * Steps that ask the free libraries for what header {@code assetQuery} says. Freesound searches itself; of Poly Haven the
 * whole list is kept for a day, as it wants it, and searched here by names and tags.
 */
final class Libraries {

    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(5);
    private static final int HITS_MAX = 3;
    private static final int SOUNDS_MAX = 10;
    private static final Map<String, String> TYPES =
            Map.of("texture", "textures", "environment", "hdris", "prop", "models");
    private static final String FIELDS =
            "id,name,tags,description,username,license,type,filesize,duration,previews,images,"
                    + "avg_rating,num_downloads,url,created";

    private final ProviderHttp http;
    private final ProviderSettings settings;
    private final ObjectMapper mapper;
    private final Cache<String, JsonNode> lists = Caffeine.newBuilder()
            .maximumSize(8)
            .expireAfterWrite(Duration.ofHours(24))
            .build();

    Libraries(ProviderHttp http, ProviderSettings settings, ObjectMapper mapper) {
        this.http = http;
        this.settings = settings;
        this.mapper = mapper;
    }

    /** Leaves the answer of Freesound's search, whose path is in variable {@code libraryPath}; an empty one without a key. */
    void askFreesound(Exchange exchange) throws ProviderFailure, InterruptedException {
        if (!settings.configured("freesound")) {
            exchange.getMessage().setBody(mapper.createObjectNode());
            return;
        }
        String path = exchange.getVariable("libraryPath", String.class) + "?query=" + encoded(words(exchange))
                + "&page_size=" + SOUNDS_MAX + "&fields=" + FIELDS;
        exchange.getMessage().setBody(ask("freesound", "Freesound", path));
    }

    /** Leaves {@code {"category","hits":[{"id","info","files"}]}} of the entries of Poly Haven that fit best. */
    void askPolyHaven(Exchange exchange) throws ProviderFailure, InterruptedException {
        String category = exchange.getMessage().getHeader("assetCategory", "", String.class);
        String type = TYPES.getOrDefault(category, "textures");
        JsonNode list = lists.getIfPresent(type);
        if (list == null) {
            list = ask("polyhaven", "Poly Haven", "assets?type=" + type);
            lists.put(type, list);
        }
        ObjectNode found = mapper.createObjectNode().put("category", category.isEmpty() ? "texture" : category);
        ArrayNode hits = found.putArray("hits");
        for (Hit hit : best(list, words(exchange))) {
            ObjectNode entry = hits.addObject().put("id", hit.id()).put("similarity", hit.share());
            entry.set("info", hit.info());
            entry.set("files", ask("polyhaven", "Poly Haven", "files/" + encoded(hit.id())));
        }
        exchange.getMessage().setBody(found);
    }

    private record Hit(String id, JsonNode info, double share) {}

    /** The entries whose name and tags hold most of the words. */
    private static List<Hit> best(JsonNode list, String query) {
        List<String> words = Arrays.stream(query.toLowerCase(Locale.ROOT).split("\\W+", -1))
                .filter(word -> word.length() > 2)
                .distinct()
                .toList();
        return list.properties().stream()
                .map(entry -> new Hit(entry.getKey(), entry.getValue(), share(entry.getValue(), words)))
                .filter(hit -> hit.share() >= 0.5)
                .sorted(Comparator.comparingDouble(Hit::share).reversed().thenComparing(Hit::id))
                .limit(HITS_MAX)
                .toList();
    }

    private static double share(JsonNode info, List<String> words) {
        String text = (info.path("name").asText() + " " + info.path("tags") + " " + info.path("categories"))
                .toLowerCase(Locale.ROOT);
        return words.isEmpty()
                ? 0
                : (double) words.stream().filter(text::contains).count() / words.size();
    }

    private JsonNode ask(String name, String title, String path) throws ProviderFailure, InterruptedException {
        return http.send(new ProviderHttp.Call(
                name,
                title,
                path,
                "Authorization",
                Map.of(),
                false,
                MissingNode.getInstance(),
                Optional.empty(),
                QUESTION_TIMEOUT));
    }

    private static String words(Exchange exchange) {
        return exchange.getMessage().getHeader("assetQuery", "", String.class);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * Adds the kept rows of the libraries in the body to the hits in variable {@code found}, best first. What was found
     * among the stored assets already, since it was kept before, is there once, as near as it is nearest.
     */
    void addHits(Exchange exchange) {
        JsonNode kept = exchange.getMessage().getBody(JsonNode.class);
        ObjectNode found = ((JsonNode) exchange.getVariable("found")).deepCopy();
        boolean stored = !found.path("assets").isEmpty();
        boolean external = !kept.path("assets").isEmpty();
        Map<String, JsonNode> shown = new LinkedHashMap<>();
        found.path("assets").forEach(asset -> shown.put(asset.path("id").asText(), asset));
        int alone = shown.size();
        kept.path("assets").forEach(asset -> shown.merge(asset.path("id").asText(), asset, Libraries::nearer));
        found.putArray("assets")
                .addAll(shown.values().stream()
                        .sorted(Comparator.comparingDouble(Libraries::similarity)
                                .reversed())
                        .toList());
        found.put("total", found.path("total").asInt() + shown.size() - alone);
        found.put("search_strategy", external ? (stored ? "hybrid" : "external") : "database");
        exchange.getMessage().setBody(found);
    }

    private static JsonNode nearer(JsonNode left, JsonNode right) {
        return similarity(right) > similarity(left) ? right : left;
    }

    private static double similarity(JsonNode asset) {
        return asset.path("similarity").asDouble();
    }
}
