package dev.gaia.routes;

import dev.gaia.auth.provider.ProviderChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.CamelException;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.RuntimeCamelException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

/** Explains what is wrong with the route files of this process. */
public final class RouteDiagnosis {

    private final RoutesFolder folder;
    private final Services services;
    private final ProviderChoice accounts;
    private final RouteCheck check;

    private RouteDiagnosis(RoutesFolder folder, Services services, ProviderChoice accounts, RouteCheck check) {
        this.folder = folder;
        this.services = services;
        this.accounts = accounts;
        this.check = check;
    }

    /** The files that the settings select, checked against the beans of the application. */
    public static RouteDiagnosis of(Environment settings, ConfigurableListableBeanFactory beans) {
        return new RouteDiagnosis(
                RoutesFolder.open(Path.of(settings.getProperty("gaia.routes-dir", "routes"))),
                Services.parse(settings.getProperty("gaia.services", "")),
                ProviderChoice.of(settings),
                new RouteCheck(new SpringSurroundings(settings, beans::containsBean)));
    }

    /** The files this process loads. */
    public Collection<Path> paths() {
        return RoutesFolder.open(folder.folder()).filesOf(services, accounts);
    }

    /** Every fault of the files as they are now. */
    public List<Fault> faults() {
        return check.faults(paths());
    }

    /**
     * Explains a failure of Camel.
     *
     * @return the faults of the files; what Camel said when they show none; empty when the failure is not Camel's
     */
    public Optional<RoutesRefused> explain(Throwable failure) {
        var causes = causes(failure);
        if (causes.stream().noneMatch(RouteDiagnosis::isOfCamel)) {
            return Optional.empty();
        }
        var faults = faults();
        return Optional.of(new RoutesRefused(faults.isEmpty() ? List.of(asCamelSaid(causes)) : faults));
    }

    private Fault asCamelSaid(List<Throwable> causes) {
        String reason = causes.stream()
                .map(Throwable::getMessage)
                .filter(message -> message != null && !message.isBlank())
                .reduce((outer, inner) -> inner)
                .orElse("the routes could not be started");
        var files = RouteFiles.read(paths(), new ArrayList<>());
        for (var cause : causes) {
            if (cause instanceof ResolveEndpointFailedException endpoint) {
                String said = reason.substring(reason.indexOf("due to: ") < 0 ? 0 : reason.indexOf("due to: ") + 8);
                var place = BrokenEndpoint.of(endpoint.getUri()).find(files);
                if (place.isPresent()) {
                    return place.get().file().fault(place.get().pointer(), sentence(said), "mend its options");
                }
            }
        }
        return causes.stream()
                .filter(FailedToCreateRouteException.class::isInstance)
                .map(cause -> ((FailedToCreateRouteException) cause).getRouteId())
                .flatMap(id -> entry(files, id).stream())
                .findFirst()
                .map(located ->
                        located.file().fault(located.entry().pointer(), sentence(reason), "mend the step that says so"))
                .orElseGet(() -> new Fault(
                        folder.folder().toString(), 1, sentence(reason), "mend the route or the setting it names"));
    }

    private static Optional<RouteFiles.Located> entry(RouteFiles files, String id) {
        return Stream.concat(files.entries("route"), files.entries("templatedRoute"))
                .filter(located -> located.entry().id().equals(id))
                .findFirst();
    }

    private static String sentence(String reason) {
        String line = reason.strip().lines().findFirst().orElse(reason);
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }

    private static boolean isOfCamel(Throwable cause) {
        return cause instanceof CamelException
                || cause instanceof RuntimeCamelException
                || cause.getClass().getName().startsWith("org.apache.camel.");
    }

    private static List<Throwable> causes(Throwable failure) {
        var causes = new ArrayList<Throwable>();
        for (var cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
