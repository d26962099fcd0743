package dev.gaia.asset.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import dev.gaia.asset.meaning.Meanings;
import dev.gaia.link.Notices;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * What searches found, kept for a while: ids and how near each is. The rows are read anew for every answer, so that none
 * shows what its caller may not see, or what is gone. What a category's assets changed is forgotten, here at once and in
 * other processes by the notice {@code {"process","categories"}}. Empty and degraded results are not kept.
 */
public final class KeptSearches {

    private static final String READING = "searchReading";
    private static final String CHANGED = "changedCategories";
    private static final int ENTRY_BYTES = 500;

    /** Everything a result depends on. The caller is part of it, since private assets are found by their owner only. */
    private record Asked(
            String user,
            String category,
            String query,
            String tags,
            int limit,
            int offset,
            boolean external,
            String model) {}

    /** @param hits JSON list of {@code place}, {@code id} and {@code similarity} */
    private record Found(String hits, int total, String mode, String strategy) {}

    /** A search that is being made, and how many changes there were before. */
    private record Reading(Asked asked, long changes) {}

    private final Cache<Asked, Found> searches;
    private final Meanings meanings;
    private final Notices notices;
    private final ObjectMapper mapper;
    /** Counts what was forgotten, to notice a change that came while the database was read. */
    private final AtomicLong changes = new AtomicLong();

    KeptSearches(Duration time, long maxBytes, Meanings meanings, Notices notices, ObjectMapper mapper) {
        this.meanings = meanings;
        this.notices = notices;
        this.mapper = mapper;
        this.searches = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(maxBytes)
                .weigher(KeptSearches::bytes)
                .expireAfterWrite(time)
                .recordStats()
                .build();
    }

    private static int bytes(Asked asked, Found found) {
        return ENTRY_BYTES
                + 2 * (asked.query().length() + asked.tags().length())
                + found.hits().length();
    }

    /** Says in variable {@code searchKnown} whether the search was made before, and binds what it found then. */
    void recall(Exchange exchange) {
        var reading = new Reading(asked(exchange), changes.get());
        Found found = searches.getIfPresent(reading.asked());
        exchange.setVariable("searchKnown", found != null);
        if (found == null) {
            exchange.setVariable(READING, reading);
            return;
        }
        Message message = exchange.getMessage();
        message.setHeader("assetKnown", found.hits());
        message.setHeader("assetKnownTotal", found.total());
        message.setHeader("assetSearchMode", found.mode());
        message.setHeader("assetSearchStrategy", found.strategy());
    }

    /** Keeps what the search in the body found, unless assets changed while it was made. */
    void keep(Exchange exchange) {
        JsonNode result = exchange.getMessage().getBody(JsonNode.class);
        boolean whole = exchange.getVariable("degraded") == null
                && !result.path("assets").isEmpty();
        if (whole && exchange.getVariable(READING) instanceof Reading reading && reading.changes() == changes.get()) {
            searches.put(
                    reading.asked(),
                    new Found(
                            hits(result.path("assets")),
                            result.path("total").asInt(),
                            result.path("search_mode").asText("text"),
                            result.path("search_strategy").asText("database")));
        }
    }

    private String hits(JsonNode assets) {
        ArrayNode hits = mapper.createArrayNode();
        for (JsonNode asset : assets) {
            ObjectNode hit = hits.addObject().put("place", hits.size());
            hit.set("id", asset.path("id"));
            hit.set("similarity", asset.path("similarity"));
        }
        return hits.toString();
    }

    private Asked asked(Exchange exchange) {
        Message message = exchange.getMessage();
        String[] tags = message.getHeader("assetTags", "", String.class).split(",", -1);
        Arrays.sort(tags);
        return new Asked(
                message.getHeader("assetUser", "", String.class),
                message.getHeader("assetCategory", "", String.class),
                message.getHeader("assetQuery", "", String.class),
                String.join(",", tags),
                message.getHeader("assetLimit", 0, Integer.class),
                message.getHeader("assetOffset", 0, Integer.class),
                exchange.getVariable("includeExternal", false, Boolean.class),
                meanings.comparing());
    }

    /** Forgets the categories that variable {@code changedCategories} lists with commas, and leaves the notice. */
    void forgetChanged(Exchange exchange) {
        Set<String> categories = Set.copyOf(
                Arrays.asList(exchange.getVariable(CHANGED, "", String.class).split(",", -1)));
        forget(categories);
        ObjectNode notice = notices.begin();
        categories.forEach(notice.putArray("categories")::add);
        exchange.getMessage().setBody(notice);
    }

    /** Obeys another process: body is its notice. */
    void obey(Exchange exchange) throws IOException {
        notices.ofAnother(exchange).ifPresent(notice -> {
            Set<String> categories = new HashSet<>();
            notice.path("categories").forEach(category -> categories.add(category.asText()));
            forget(categories);
        });
    }

    private void forget(Set<String> categories) {
        changes.incrementAndGet();
        // A search of all categories finds what any of them has.
        searches.asMap()
                .keySet()
                .removeIf(asked -> asked.category().isEmpty() || categories.contains(asked.category()));
    }

    /** Forgets everything, since notices may have been missed. */
    void forgetAll() {
        changes.incrementAndGet();
        searches.invalidateAll();
    }

    /** Which share of the searches of this process was known, 0 to 1; 0 before the first. */
    public double hitRate() {
        CacheStats stats = searches.stats();
        return stats.requestCount() == 0 ? 0 : Math.round(stats.hitRate() * 10_000) / 10_000.0;
    }
}
