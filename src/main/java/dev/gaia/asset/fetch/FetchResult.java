package dev.gaia.asset.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.Exchanges;
import dev.gaia.asset.provider.ProviderFailure;
import dev.gaia.asset.store.Content;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.spool.Spool;
import dev.gaia.spool.SpooledFile;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Step that fetches the file, and the preview if there is one, to which variable {@code result} points. */
final class FetchResult implements Processor {

    private static final Logger log = LoggerFactory.getLogger(FetchResult.class);
    private static final long PREVIEW_MAX_BYTES = 10L << 20;

    private final FetchFile fetching;
    private final AssetSettings settings;
    private final ProviderSettings providers;
    private final Spool spool;

    FetchResult(FetchFile fetching, AssetSettings settings, ProviderSettings providers, Spool spool) {
        this.fetching = fetching;
        this.settings = settings;
        this.providers = providers;
        this.spool = spool;
    }

    @Override
    public void process(Exchange exchange) throws ProviderFailure, IOException, InterruptedException {
        JsonNode result = Exchanges.json(exchange, "result");
        Optional<URI> standIn = Optional.ofNullable(
                        providers.endpoints().get(exchange.getVariable("provider", "", String.class)))
                .map(ProviderSettings.Endpoint::baseUrl);
        exchange.setVariable(
                "resultFile", fetch(exchange, result.at("/file/url").asText(), standIn, settings.fileMaxBytes()));
        exchange.setVariable("resultFurther", further(exchange, result, standIn));
        String preview = result.at("/preview/url").asText("");
        if (!preview.isEmpty()) {
            try {
                exchange.setVariable("resultPreview", fetch(exchange, preview, standIn, PREVIEW_MAX_BYTES));
            } catch (ProviderFailure e) {
                // A preview of our own takes its place.
                exchange.removeVariable("resultPreview");
            }
        }
    }

    private Content fetch(Exchange exchange, String address, Optional<URI> standIn, long maxBytes)
            throws ProviderFailure, IOException, InterruptedException {
        SpooledFile file = spool.create(exchange);
        fetching.fetch(address, standIn, maxBytes, file);
        return Content.of(file);
    }

    /** The other formats by extension; one that cannot be had is left out, since the wanted one is there. */
    private Map<String, Content> further(Exchange exchange, JsonNode result, Optional<URI> standIn)
            throws IOException, InterruptedException {
        Map<String, Content> files = new LinkedHashMap<>();
        for (JsonNode other : result.path("further")) {
            try {
                files.put(
                        other.path("format").asText(),
                        fetch(exchange, other.path("url").asText(), standIn, settings.fileMaxBytes()));
            } catch (ProviderFailure e) {
                log.warn("no {} of a result: {}", other.path("format").asText(), e.getMessage());
            }
        }
        return files;
    }
}
