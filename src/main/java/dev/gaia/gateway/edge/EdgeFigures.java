package dev.gaia.gateway.edge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** What the edge holds at the moment, for operators. Read when asked for, so that requests pay nothing. */
final class EdgeFigures implements MeterBinder {

    private final Admission admission;

    EdgeFigures(Admission admission) {
        this.admission = admission;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        Gauge.builder("gaia.edge.requests", admission, Admission::inProgress)
                .description("Requests in progress, streams included")
                .register(registry);
        Gauge.builder("gaia.edge.streams", admission, Admission::streams)
                .description("Streamed answers that are open")
                .register(registry);
        Gauge.builder("gaia.edge.connections", admission, Admission::connections)
                .description("Open client connections")
                .register(registry);
        Gauge.builder("gaia.edge.bodies", admission, Admission::bodyBytes)
                .description("Request bodies held beyond their first 64 KiB")
                .baseUnit("bytes")
                .register(registry);
    }
}
