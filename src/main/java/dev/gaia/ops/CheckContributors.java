package dev.gaia.ops;

import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.health.HealthCheck;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.NamedContributor;

/** Checks of Camel as entries of Spring's health page, read anew each time: routes come and go with a reload. */
final class CheckContributors implements CompositeHealthContributor {

    private final Supplier<Stream<HealthCheck>> checks;

    CheckContributors(Supplier<Stream<HealthCheck>> checks) {
        this.checks = checks;
    }

    /** Spring's interface wants null for an unknown name. */
    @Override
    public HealthContributor getContributor(String name) {
        return checks.get()
                .filter(check -> name(check).equals(name))
                .findFirst()
                .map(CheckContributors::indicator)
                .orElse(null);
    }

    @Override
    public Iterator<NamedContributor<HealthContributor>> iterator() {
        return checks.get()
                .map(check -> NamedContributor.<HealthContributor>of(name(check), indicator(check)))
                .iterator();
    }

    static HealthIndicator indicator(HealthCheck check) {
        return () -> health(check.call());
    }

    /** The state and our own sentence; Camel's details hold stack traces and addresses. */
    private static Health health(HealthCheck.Result result) {
        var health = switch (result.getState()) {
            case UP -> Health.up();
            case DOWN -> Health.down();
            case UNKNOWN -> Health.unknown();
        };
        if (result.getState() == HealthCheck.State.DOWN) {
            result.getMessage().ifPresent(message -> health.withDetail("problem", message));
        }
        Optional.ofNullable(result.getDetails().get("configured"))
                .ifPresent(configured -> health.withDetail("configured", configured));
        return health.build();
    }

    /** {@code route:gateway-chat} is known as {@code gateway-chat}. */
    private static String name(HealthCheck check) {
        return check.getId().substring(check.getId().indexOf(':') + 1);
    }
}
