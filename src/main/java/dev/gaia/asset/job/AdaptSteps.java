package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.Exchanges;
import dev.gaia.asset.fetch.FetchFile;
import dev.gaia.asset.provider.BaseFile;
import dev.gaia.asset.provider.ProviderFailure;
import dev.gaia.asset.store.ObjectPath;
import dev.gaia.asset.store.ObjectStore;
import dev.gaia.asset.store.StoredObject;
import dev.gaia.spool.Spool;
import dev.gaia.spool.SpooledFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.camel.Exchange;

/** Steps that adapt a stored asset. What goes wrong with it is a failure of adapting, after which others may help. */
final class AdaptSteps {

    /** Variable with the {@link BaseFile}. */
    static final String FILE = "baseFile";

    private static final String GONE = "the stored asset to adapt is gone";

    private final ObjectStore store;
    private final Spool spool;
    private final FetchFile fetching;
    private final AssetSettings settings;
    private final ObjectMapper mapper;

    AdaptSteps(ObjectStore store, Spool spool, FetchFile fetching, AssetSettings settings, ObjectMapper mapper) {
        this.spool = spool;
        this.store = store;
        this.fetching = fetching;
        this.settings = settings;
        this.mapper = mapper;
    }

    /**
     * Takes the asset in the body as the base, and leaves request, offer and base in the body. Its file is read unless a
     * task that was begun before has it already.
     */
    void takeBase(Exchange exchange) throws ProviderFailure, InterruptedException {
        JsonNode base = exchange.getMessage().getBody(JsonNode.class).path("asset");
        if (!base.isObject()) {
            throw ProviderFailure.failed(GONE);
        }
        JsonNode request = Exchanges.json(exchange, "request");
        JsonNode kinds = request.at("/base/kinds");
        exchange.setVariable("reduce", holds(kinds, true));
        exchange.setVariable("restyle", holds(kinds, false));
        if (exchange.getVariable("taskId", "", String.class).isEmpty()) {
            exchange.setVariable(
                    FILE,
                    new BaseFile(
                            file(exchange, base),
                            base.path("file_format").asText().toLowerCase(Locale.ROOT)));
        }
        ObjectNode document = mapper.createObjectNode();
        document.set("request", request);
        document.set("offer", Exchanges.json(exchange, "offer"));
        document.set("base", base);
        exchange.getMessage().setBody(document);
    }

    private static boolean holds(JsonNode kinds, boolean reduce) {
        return StreamSupport.stream(kinds.spliterator(), false)
                .anyMatch(kind -> "reduce".equals(kind.asText()) == reduce);
    }

    private byte[] file(Exchange exchange, JsonNode base) throws ProviderFailure, InterruptedException {
        Optional<ObjectPath> path = ObjectPath.parse(base.path("storage_path").asText(""));
        try {
            return path.isEmpty() ? fetched(exchange, base.path("file_url").asText()) : stored(path.get());
        } catch (IOException e) {
            throw ProviderFailure.failed("the file of the stored asset cannot be read");
        }
    }

    private byte[] fetched(Exchange exchange, String address)
            throws ProviderFailure, IOException, InterruptedException {
        SpooledFile file = spool.create(exchange);
        fetching.fetch(address, Optional.empty(), settings.baseMaxBytes(), file);
        return Files.readAllBytes(file.path());
    }

    private byte[] stored(ObjectPath path) throws ProviderFailure, IOException, InterruptedException {
        try (StoredObject file = store.open(path).orElseThrow(() -> ProviderFailure.failed(GONE))) {
            if (file.size() > settings.baseMaxBytes()) {
                throw ProviderFailure.failed("the stored asset is larger than " + settings.baseMaxMb() + "MB");
            }
            try (InputStream bytes = file.read(0, file.size())) {
                return bytes.readNBytes((int) file.size());
            }
        }
    }
}
