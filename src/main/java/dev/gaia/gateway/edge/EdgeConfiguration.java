package dev.gaia.gateway.edge;

import dev.gaia.link.Link;
import dev.gaia.routes.RouteDoors;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the edge together; Camel finds the engine by its bean name. */
@Configuration(proxyBeanMethods = false)
class EdgeConfiguration {

    @Bean(destroyMethod = "close")
    Vertx vertx(EdgeSettings settings) {
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(settings.loops())
                .setWorkerPoolSize(2)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    }

    @Bean
    Operations edgeOperations() {
        return new Operations();
    }

    @Bean
    Readiness edgeReadiness() {
        return new Readiness();
    }

    @Bean
    Admission edgeAdmission(EdgeLimits limits) {
        return new Admission(limits);
    }

    @Bean
    EdgeFigures edgeFigures(Admission admission) {
        return new EdgeFigures(admission);
    }

    @Bean
    EdgeServer edgeServer(
            Vertx vertx,
            EdgeSettings settings,
            EdgeLimits limits,
            Operations operations,
            Readiness readiness,
            Admission admission) {
        var gate = new RequestGate(settings, limits, operations, readiness, admission);
        return new EdgeServer(vertx, settings, limits, admission, gate);
    }

    @Bean("platform-http-engine")
    EdgeEngine edgeEngine(
            EdgeServer server,
            Operations operations,
            Readiness readiness,
            @Qualifier("answerFailure") Processor answerFailure,
            RouteDoors doors) {
        return new EdgeEngine(server, operations, readiness, answerFailure, doors);
    }

    @Bean
    EdgeLifecycle edgeLifecycle(EdgeServer server, EdgeSettings settings, ApplicationContext context, Link link) {
        return new EdgeLifecycle(server, settings, context, link::stop);
    }
}
