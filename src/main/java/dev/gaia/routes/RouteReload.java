package dev.gaia.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a route file again when it is saved. A file with a mistake is refused with the same words as at start, and the
 * route it would have replaced goes on serving. Camel takes the old route away before it makes the new one; callers wait
 * at the route's door meanwhile.
 */
final class RouteReload extends RouteWatcherReloadStrategy {

    private static final Logger LOG = LoggerFactory.getLogger("gaia.routes");

    /** Longest wait for those within the old route; after it Camel waits for them, while others wait for it. */
    private static final Duration EMPTYING = Duration.ofSeconds(5);

    private final RouteDiagnosis diagnosis;
    private final RouteDoors doors;
    private final Map<Path, String> serving = new ConcurrentHashMap<>();

    RouteReload(String folder, RouteDiagnosis diagnosis, RouteDoors doors) {
        super(folder, true);
        this.diagnosis = diagnosis;
        this.doors = doors;
        setPattern("*" + RoutesFolder.SUFFIX);
        // Else Camel removes every route before it reads the changed one.
        setRemoveAllRoutes(false);
    }

    @Override
    protected void doStart() throws Exception {
        diagnosis.paths().forEach(this::remember);
        super.doStart();
    }

    @Override
    protected void onRouteReload(Collection<Resource> resources, boolean removeEverything) {
        if (resources == null || removeEverything) {
            LOG.warn("A removed route file takes effect with the next start.");
            return;
        }
        for (Resource resource : resources) {
            var changed = Path.of(resource.getURI()).toAbsolutePath();
            var loaded = diagnosis.paths().stream()
                    .filter(path -> path.toAbsolutePath().normalize().equals(changed.normalize()))
                    .findFirst();
            loaded.ifPresent(path -> reload(path, resource));
        }
    }

    private void reload(Path path, Resource resource) {
        var faults = diagnosis.faults();
        if (!faults.isEmpty()) {
            refuse(path, new RoutesRefused(faults));
            return;
        }
        var shut = doorsOf(path);
        try {
            for (var door : shut) {
                door.shut(EMPTYING);
            }
            super.onRouteReload(List.of(resource), false);
            remember(path);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            refuse(path, diagnosis.explain(e).map(RuntimeException.class::cast).orElse(e));
            restore(path);
        } finally {
            shut.forEach(RouteDoor::open);
        }
    }

    /** Of the running routes that the file replaces. */
    private Set<RouteDoor> doorsOf(Path path) {
        return RouteFiles.read(List.of(path), new ArrayList<>()).ids("route").stream()
                .map(getCamelContext()::getRoute)
                .filter(Objects::nonNull)
                .map(route -> doors.of(route.getEndpoint()))
                .collect(Collectors.toSet());
    }

    private static void refuse(Path path, RuntimeException reason) {
        LOG.error("{} is refused; the routes loaded before go on serving.", path);
        String.valueOf(reason.getMessage()).lines().forEach(LOG::error);
    }

    /** Camel has removed the old route before it found that the new one cannot run. */
    private void restore(Path path) {
        String text = serving.get(path);
        if (text != null) {
            try {
                PluginHelper.getRoutesLoader(getCamelContext())
                        .updateRoutes(ResourceHelper.fromString(path.toString(), text));
            } catch (Exception e) {
                LOG.error("{} could not be restored; mend the file.", path, e);
            }
        }
    }

    private void remember(Path path) {
        try {
            serving.put(path, Files.readString(path));
        } catch (IOException e) {
            LOG.warn("{} cannot be read ({}); it cannot be restored after a bad change.", path, e.getMessage());
        }
    }
}
