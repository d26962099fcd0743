package dev.gaia.asset.clean;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.asset.store.ObjectPath;
import dev.gaia.asset.store.ObjectStore;
import dev.gaia.asset.store.ObjectWalk;
import dev.gaia.asset.store.StoreSettings;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps that walk over the store and remove what belongs to no asset, some files at a time. */
final class CleanFiles {

    private static final Logger log = LoggerFactory.getLogger(CleanFiles.class);
    private static final String WALK = "storeWalk";
    private static final String WALKING = "walking";
    private static final String REMOVED = "removedFiles";

    /** Where this platform puts files, each with the id of its asset; nothing else is ever removed. */
    private static final Pattern OURS =
            Pattern.compile("(community/|generated/|previews/).*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}.*");

    private final ObjectStore store;
    private final StoreSettings settings;
    private final InstantSource clock;

    CleanFiles(ObjectStore store, StoreSettings settings, InstantSource clock) {
        this.store = store;
        this.settings = settings;
        this.clock = clock;
    }

    void begin(Exchange exchange) throws IOException {
        ObjectWalk walk = store.walk();
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                try {
                    walk.close();
                } catch (IOException e) {
                    log.debug("closing a walk failed", e);
                }
            }
        });
        exchange.setVariable(WALK, walk);
        exchange.setVariable(WALKING, true);
        exchange.setVariable(REMOVED, 0);
    }

    /** Binds the paths of the old ones among the next files. */
    void meet(Exchange exchange) throws IOException, InterruptedException {
        List<ObjectWalk.Entry> met =
                exchange.getVariable(WALK, ObjectWalk.class).next(settings.cleanBatch());
        Instant old = clock.instant().minus(settings.cleanAge());
        ArrayNode paths = JsonNodeFactory.instance.arrayNode();
        met.stream()
                .filter(file -> file.written().isBefore(old))
                .map(file -> file.path().text())
                .filter(path -> OURS.matcher(path).matches())
                .forEach(paths::add);
        exchange.setVariable(WALKING, !met.isEmpty());
        exchange.getMessage().setHeader("assetPaths", paths.toString());
    }

    /** Removes the files that the body names. */
    void remove(Exchange exchange) throws IOException, InterruptedException {
        JsonNode orphans = exchange.getMessage().getBody(JsonNode.class).path("orphans");
        for (JsonNode orphan : orphans) {
            store.delete(new ObjectPath(orphan.asText()));
        }
        exchange.setVariable(REMOVED, exchange.getVariable(REMOVED, 0, Integer.class) + orphans.size());
    }

    void tell(Exchange exchange) {
        log.info(
                "removed {} files that belong to no asset and are older than {} days",
                exchange.getVariable(REMOVED),
                settings.cleanAge().toDays());
    }
}
