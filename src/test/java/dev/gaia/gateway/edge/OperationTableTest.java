package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.gateway.edge.PathOperations.Match;
import dev.gaia.routes.RouteDoors;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class OperationTableTest {

    private static final CamelContext CAMEL = new DefaultCamelContext();

    private final OperationTable table = new OperationTable(List.of(
            operation("root", "/", false, "GET"),
            operation("list", "/models", false, "GET"),
            operation("one", "/models/{model_id}", false, "GET"),
            operation("search", "/models/search", false, "POST"),
            operation("remove", "/models/{id}", false, "DELETE"),
            operation("parts", "/models/{model_id}/parts/{part_id}", false, "GET"),
            operation("default-parts", "/models/default/parts/{part_id}", false, "GET"),
            operation("files", "/files", true, "*"),
            operation("deep-files", "/files/deep", true, "GET")));

    @Test
    void findsExactPathBeforeTemplate() {
        assertThat(routeOf("/models/search", "POST")).contains("search");
        assertThat(routeOf("/models/x", "GET")).contains("one");
    }

    @Test
    void neverTriesSecondPathForAnotherMethod() {
        assertThat(routeOf("/models/search", "GET")).isEmpty();
        assertThat(table.find("/models/search").orElseThrow().operations().allow())
                .isEqualTo("POST");
    }

    @Test
    void joinsMethodsOfPathsOfOneShape() {
        Match match = table.find("/models/x").orElseThrow();

        assertThat(match.operations().allow()).isEqualTo("DELETE, GET");
        assertThat(match.operations().operation("DELETE").orElseThrow().named(match.values()))
                .isEqualTo(Map.of("id", "x"));
        assertThat(match.operations().operation("GET").orElseThrow().named(match.values()))
                .isEqualTo(Map.of("model_id", "x"));
    }

    @Test
    void prefersLiteralSegmentAndStepsBack() {
        assertThat(routeOf("/models/default/parts/7", "GET")).contains("default-parts");
        assertThat(routeOf("/models/default", "GET")).contains("one");
        assertThat(table.find("/models/m/parts/7").orElseThrow().values()).isEqualTo(List.of("m", "7"));
    }

    @Test
    void prefersLongestPrefixAndWholeSegments() {
        assertThat(routeOf("/files/deep/a/b", "GET")).contains("deep-files");
        assertThat(routeOf("/files/a", "PUT")).contains("files");
        assertThat(routeOf("/files", "PUT")).contains("files");
        assertThat(table.find("/filesystem")).isEmpty();
    }

    @Test
    void servesBothSpellingsOfExactPath() {
        assertThat(table.findSpelled("/models")).isPresent();
        assertThat(table.findSpelled("/models/")).isPresent();
        assertThat(table.findSpelled("/models//")).isEmpty();
    }

    @Test
    void findsNothingBesideTemplates() {
        assertThat(table.find("/models/x/y")).isEmpty();
        assertThat(table.find("/model")).isEmpty();
        assertThat(table.find("/MODELS")).isEmpty();
    }

    @Test
    void refusesTwoRoutesForTheSame() {
        var twice = List.of(operation("one", "/a/{x}", false, "GET"), operation("two", "/a/{y}", false, "GET"));

        assertThatThrownBy(() -> new OperationTable(twice))
                .hasMessage("GET /a/{x} is served by route one already; route two must take another path or method.");
    }

    private Optional<String> routeOf(String path, String method) {
        return table.find(path)
                .flatMap(match -> match.operations().operation(method))
                .map(Operation::routeId);
    }

    private static Operation operation(String routeId, String path, boolean prefix, String methods) {
        var endpoint = new PlatformHttpEndpoint("platform-http:" + path, path, new PlatformHttpComponent(CAMEL));
        endpoint.setCamelContext(CAMEL);
        endpoint.setHttpMethodRestrict("*".equals(methods) ? "" : methods);
        endpoint.setMatchOnUriPrefix(prefix);
        var consumer = new EdgeConsumer(
                endpoint, exchange -> {}, exchange -> {}, new Operations(), new RouteDoors(false).of(endpoint));
        consumer.setRouteId(routeId);
        return consumer.describe();
    }
}
