package dev.gaia.gateway.edge;

import dev.gaia.Hub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A hub with the error configurations, the forms of failures and the routes of a test, so that what is tested is the edge alone. */
final class EdgeHub {

    private EdgeHub() {}

    static Hub start(EdgeRoutes routes, Map<String, String> properties) {
        return Hub.with(properties)
                .with("gaia.routes-dir", routesDir().toString())
                .with("gaia.services", "gateway")
                .routes(routes)
                .start();
    }

    private static Path routesDir() {
        try {
            Path target = Files.createTempDirectory("edge-routes");
            for (String area : List.of("error", "gateway", "ops")) {
                Files.createDirectory(target.resolve(area));
            }
            for (String name : List.of(
                    "error/http-edge-errors",
                    "error/segment-errors",
                    "gateway/gateway-failure-openai",
                    "gateway/gateway-failure-anthropic")) {
                Path file = Path.of(name + ".camel.yaml");
                Files.copy(Path.of("routes").resolve(file), target.resolve(file));
            }
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
