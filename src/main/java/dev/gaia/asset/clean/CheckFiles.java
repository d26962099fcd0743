package dev.gaia.asset.clean;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.store.ObjectPath;
import dev.gaia.asset.store.ObjectStore;
import dev.gaia.asset.store.StoreSettings;
import dev.gaia.asset.store.StoredObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps that look for the file of each asset, some rows at a time. */
final class CheckFiles {

    private static final Logger log = LoggerFactory.getLogger(CheckFiles.class);
    private static final String CHECKING = "checking";
    private static final String MISSING = "missingFiles";
    private static final String BEFORE_ALL = "00000000-0000-0000-0000-000000000000";
    private static final int NAMED_MAX = 20;

    private final ObjectStore store;
    private final StoreSettings settings;
    private final AtomicInteger missing = new AtomicInteger();

    CheckFiles(ObjectStore store, StoreSettings settings) {
        this.store = store;
        this.settings = settings;
    }

    /** How many assets had no file when this process looked last. */
    int missing() {
        return missing.get();
    }

    void begin(Exchange exchange) {
        exchange.setVariable(CHECKING, true);
        exchange.setVariable(MISSING, new ArrayList<String>());
        exchange.getMessage().setHeader("assetId", BEFORE_ALL);
        exchange.getMessage().setHeader("assetBackend", store.backend());
    }

    /** Looks for the files of the rows in the body. */
    void look(Exchange exchange) throws IOException, InterruptedException {
        JsonNode rows = exchange.getMessage().getBody(JsonNode.class).path("rows");
        List<String> gone = gone(exchange);
        for (JsonNode row : rows) {
            Optional<ObjectPath> path = ObjectPath.parse(row.path("path").asText());
            Optional<StoredObject> file = path.isPresent() ? store.open(path.get()) : Optional.empty();
            if (file.isPresent()) {
                file.get().close();
            } else {
                gone.add(row.path("id").asText());
            }
            exchange.getMessage().setHeader("assetId", row.path("id").asText());
        }
        exchange.setVariable(CHECKING, rows.size() == settings.cleanBatch());
    }

    void tell(Exchange exchange) {
        List<String> gone = gone(exchange);
        missing.set(gone.size());
        if (!gone.isEmpty()) {
            log.warn(
                    "{} assets have no file in the store {}: {}{}",
                    gone.size(),
                    store.backend(),
                    String.join(", ", gone.subList(0, Math.min(NAMED_MAX, gone.size()))),
                    gone.size() > NAMED_MAX ? " and more" : "");
        }
    }

    @SuppressWarnings("unchecked")
    private static List<String> gone(Exchange exchange) {
        return (List<String>) exchange.getVariable(MISSING, List.class);
    }
}
