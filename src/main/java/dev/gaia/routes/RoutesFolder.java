package dev.gaia.routes;

import dev.gaia.StartRefused;
import dev.gaia.auth.provider.ProviderChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The folder of the route files: one folder per area.
 *
 * <p>{@code error} and {@code ops} belong to every process, the others to the service of their name. Two folders make an
 * exception: {@code auth/check} belongs to the gateway too, since it verifies credentials itself; {@code <service>/service}
 * holds the HTTP form of a service's own operations, which only a process that runs nothing else offers: they share
 * paths such as {@code /health}. {@code identity} belongs to auth where accounts are kept by Gaia itself.
 */
public final class RoutesFolder {

    /** A route file's name ends like this. */
    public static final String SUFFIX = ".camel.yaml";

    private static final Set<String> SHARED_AREAS = Set.of("error", "ops");

    /** The identity provider that Gaia brings along: no service of its own, but a part of auth, when it is wanted. */
    private static final String LOCAL_IDENTITY = "identity";

    private final Path folder;
    private final List<Path> files;

    private RoutesFolder(Path folder, List<Path> files) {
        this.folder = folder;
        this.files = List.copyOf(files);
    }

    /** Lists the folder. */
    public static RoutesFolder open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new StartRefused(
                    "`gaia.routes-dir` is %s, which is no folder; it must be the folder of the route files."
                            .formatted(folder));
        }
        var files = new ArrayList<Path>();
        try (var paths = Files.walk(folder)) {
            paths.filter(path -> path.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .forEach(files::add);
        } catch (IOException e) {
            throw new StartRefused(
                    "`gaia.routes-dir` is %s, which cannot be read (%s).".formatted(folder, e.getMessage()));
        }
        var opened = new RoutesFolder(folder, files);
        files.forEach(opened::requireKnownArea);
        return opened;
    }

    public Path folder() {
        return folder;
    }

    /** Every route file, sorted. */
    public List<Path> files() {
        return files;
    }

    /** The files of a process that runs these services, sorted. */
    public List<Path> filesOf(Services services, ProviderChoice accounts) {
        return files.stream().filter(file -> loads(file, services, accounts)).toList();
    }

    /** True when a process that runs these services loads the file, a path below {@link #folder()}. */
    public boolean loads(Path file, Services services, ProviderChoice accounts) {
        var inside = folder.relativize(file);
        String area = area(file);
        String part = inside.getNameCount() > 2 ? inside.getName(1).toString() : "";
        if (SHARED_AREAS.contains(area)) {
            return true;
        }
        if (LOCAL_IDENTITY.equals(area)) {
            return services.has("auth") && accounts == ProviderChoice.LOCAL;
        }
        if ("auth".equals(area) && "check".equals(part)) {
            return services.hasGateway() || services.has("auth");
        }
        return services.has(area) && (!"service".equals(part) || services.areOnly(area));
    }

    /** The first folder on the way to a file: its area. */
    public String area(Path file) {
        var inside = folder.relativize(file);
        return inside.getNameCount() > 1 ? inside.getName(0).toString() : "";
    }

    private void requireKnownArea(Path file) {
        String area = area(file);
        if (!SHARED_AREAS.contains(area) && !LOCAL_IDENTITY.equals(area) && !Services.ALL.contains(area)) {
            throw new StartRefused(
                    "%s: error: the file is in no area, so that no process loads it; move it below one of %s."
                            .formatted(file, "gateway, auth, chat, asset, identity, ops, error"));
        }
    }
}
