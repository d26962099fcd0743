package dev.gaia.ops;

import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** A dependency in Camel's registry of checks. */
final class DependencyCheck extends AbstractHealthCheck {

    static final String GROUP = "dependency";

    private final Dependency dependency;

    DependencyCheck(Dependency dependency) {
        super(GROUP, dependency.name());
        this.dependency = dependency;
    }

    /** Says only what is fit for anybody: whether it is there, and a sentence without addresses. */
    @Override
    protected void doCall(HealthCheckResultBuilder result, Map<String, Object> options) {
        var state = dependency.state();
        result.detail("configured", state.configured());
        if (!state.configured()) {
            result.unknown();
        } else if (state.up()) {
            result.up();
        } else {
            result.message(state.problem().orElse("does not answer")).down();
        }
    }
}
