package dev.gaia.gateway.edge;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.routes.RouteDoor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.Suspendable;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumerAware;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.DefaultConsumer;

/** Puts a route's {@code platform-http} endpoint into the table of operations while the route runs. */
final class EdgeConsumer extends DefaultConsumer implements PlatformHttpConsumer, Suspendable {

    /** The parameter by which an operation names the route that answers its failures; its template declares it. */
    private static final String FAILURE = "failure";

    private static final Pattern VARIABLE = Pattern.compile("\\{([^/}]+)}");

    private final Processor answerFailure;
    private final Operations operations;
    private final RouteDoor door;
    private final String consumes;
    private volatile Optional<Operation> operation = Optional.empty();
    private volatile Optional<FailureRoute> failureRoute = Optional.empty();
    private volatile boolean replaced;

    EdgeConsumer(
            PlatformHttpEndpoint endpoint,
            Processor processor,
            Processor answerFailure,
            Operations operations,
            RouteDoor door) {
        super(endpoint, processor);
        this.answerFailure = answerFailure;
        this.operations = operations;
        this.door = door;
        this.consumes =
                endpoint.getConsumes() == null ? "" : endpoint.getConsumes().toLowerCase(Locale.ROOT);
    }

    @Override
    public PlatformHttpEndpoint getEndpoint() {
        return (PlatformHttpEndpoint) super.getEndpoint();
    }

    /**
     * Runs the route, or the one that has taken its place. A failure that comes out of it is answered here: Camel applies
     * no error configuration to a circuit breaker and its fallback, and a route that has one must not turn a refusal into
     * a defect.
     *
     * @throws Exception what the route did not expect
     */
    void answer(Exchange exchange) throws Exception {
        door.enter();
        try {
            var serving = serving();
            if (serving.isPresent()) {
                serving.get().getProcessor().process(exchange);
            } else {
                exchange.setException(Failure.of(FailureCode.GATEWAY_NOT_FOUND));
            }
        } finally {
            door.leave();
        }
        if (exchange.getException() instanceof Failure failure) {
            exchange.setException(null);
            exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
            answerFailure.process(exchange);
        }
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
    }

    private Optional<EdgeConsumer> serving() {
        return replaced ? operation.flatMap(operations::replacement).map(Operation::consumer) : Optional.of(this);
    }

    /** True while another route takes the place of this one; requests wait for it. */
    boolean isBeingReplaced() {
        return door.isShut();
    }

    /** True when the endpoint takes files. */
    boolean takesUploads() {
        return consumes.equals("multipart/form-data");
    }

    /** True when the endpoint takes this content type; one that is not sent is taken. */
    boolean consumes(String contentType) {
        if (consumes.isEmpty() || contentType.isEmpty() || consumes.contains("*/*")) {
            return true;
        }
        int semicolon = contentType.indexOf(';');
        String type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        return List.of(consumes.split("\\s*,\\s*")).contains(type);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        findRoute();
        Operation added = describe();
        operations.add(added);
        operation = Optional.of(added);
    }

    @Override
    protected void doStop() throws Exception {
        replaced = door.isShut();
        if (replaced) {
            // Found until its successor is there, or known not to come.
            door.afterwards(() -> operation.ifPresent(operations::remove));
        } else {
            operation.ifPresent(operations::remove);
            operation = Optional.empty();
        }
        super.doStop();
    }

    /** What answers the failures of this operation; empty when they have the form of the platform itself. */
    Optional<FailureRoute> failureRoute() {
        return failureRoute;
    }

    /** Camel tells its own consumer the route's id, and that one keeps it to itself. */
    private void findRoute() {
        for (Route route : getEndpoint().getCamelContext().getRoutes()) {
            if (route.getConsumer() instanceof PlatformHttpConsumerAware outer
                    && this.equals(outer.getPlatformHttpConsumer())) {
                setRouteId(route.getRouteId());
                failureRoute = parameter(route, FAILURE)
                        .map(name -> new FailureRoute(getEndpoint().getCamelContext(), name));
            }
        }
    }

    private static Optional<String> parameter(Route route, String name) {
        return Optional.ofNullable(
                        route.getRoute() instanceof RouteDefinition definition
                                ? definition.getTemplateParameters()
                                : null)
                .map(parameters -> parameters.get(name))
                .map(Object::toString);
    }

    /** The operation this endpoint offers. */
    Operation describe() {
        String path = getEndpoint().getPath();
        path = path.startsWith("/") ? path : "/" + path;
        path = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        List<String> names = new ArrayList<>();
        VARIABLE.matcher(path).results().forEach(variable -> names.add(variable.group(1)));
        return new Operation(this, getRouteId(), path, methods(), getEndpoint().isMatchOnUriPrefix(), names);
    }

    private Set<String> methods() {
        String restrict = getEndpoint().getHttpMethodRestrict();
        if (restrict == null || restrict.isBlank()) {
            return Set.of(PathOperations.ANY);
        }
        Set<String> methods = new HashSet<>();
        for (String method : restrict.split(",", -1)) {
            methods.add(method.strip().toUpperCase(Locale.ROOT));
        }
        return methods;
    }
}
