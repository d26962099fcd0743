package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.provider.ProviderSettings;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Steps that keep calls within what the row of a provider allows in a minute. */
final class ProviderTurns {

    /** Names in {@code asset_sources} of what is no provider of the table. */
    private static final Map<String, String> LIBRARIES = Map.of("freesound", "freesound", "polyhaven", "poly_haven");

    private static final Map<String, String> TITLES = Map.of("freesound", "Freesound", "polyhaven", "Poly Haven");

    private final ProviderTable table;
    private final ProviderSettings settings;
    private final int usualLimitMs;

    /** @param usualLimitMs how long a generation waits for its turn */
    ProviderTurns(ProviderTable table, ProviderSettings settings, int usualLimitMs) {
        this.table = table;
        this.settings = settings;
        this.usualLimitMs = usualLimitMs;
    }

    /**
     * Binds who is going to be asked ({@code assetSource}, empty when nobody is), how often (variable
     * {@code providerCalls}, else once), and how many milliseconds the caller may wait (variable {@code turnLimit},
     * else as long as a generation does).
     */
    void bind(Exchange exchange) {
        String name = exchange.getVariable("providerName", String.class);
        boolean keyless = "freesound".equals(name) && !settings.configured(name);
        Message message = exchange.getMessage();
        message.setHeader("assetSource", keyless ? "" : source(name));
        message.setHeader("assetCalls", exchange.getVariable("providerCalls", "1", String.class));
        message.setHeader(
                "assetTurnLimit", exchange.getVariable("turnLimit", Integer.toString(usualLimitMs), String.class));
    }

    private String source(String name) {
        String library = LIBRARIES.get(name);
        return library == null ? table.named(name).source() : library;
    }

    /** Waits for the turn in the body, {@code {"wait_ms"}}; -1 is none in time. */
    void await(Exchange exchange) throws InterruptedException, ProviderFailure {
        long millis =
                exchange.getMessage().getBody(JsonNode.class).path("wait_ms").asLong();
        if (millis < 0) {
            String name = exchange.getVariable("providerName", String.class);
            String title = TITLES.containsKey(name)
                    ? TITLES.get(name)
                    : table.named(name).title();
            throw ProviderFailure.unavailable(title + " provider unavailable, it is asked as often as it allows");
        }
        TimeUnit.MILLISECONDS.sleep(millis);
    }
}
