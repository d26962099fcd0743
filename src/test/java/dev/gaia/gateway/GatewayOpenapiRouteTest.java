package dev.gaia.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayOpenapiRouteTest {

    @Test
    void describesWhatIsServed() throws Exception {
        var document = document();

        assertThat(document.path("openapi").asText()).startsWith("3.1");
        assertThat(document.at("/paths/~1health/get/operationId").asText()).isEqualTo("gatewayHealth");
        assertThat(document.at("/paths/~1api~1v1~1assets~1test/get/operationId").asText())
                .isEqualTo("testAssets");
        assertThat(document.at("/paths/~1api~1v1~1auth~1keys~1{key_id}/patch/operationId")
                        .asText())
                .isEqualTo("changeKey");
    }

    @Test
    void leavesOutWhatIsServedByNoRoute() throws Exception {
        var paths = document().path("paths");

        paths.properties().forEach(path -> {
            String address = path.getKey().replaceAll("\\{[^}]*}", "0");
            var request = Hub.shared()
                    .request(address)
                    .method("TRACE", HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(Hub.shared().send(request).statusCode())
                    .as(path.getKey())
                    .isEqualTo(405);
        });
    }

    @Test
    void everyReferenceLeadsToAComponent() throws Exception {
        var document = document();
        var references = document.findValuesAsText("$ref");

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void holdsNoNotesForImplementers() throws Exception {
        var names = new ArrayList<String>();
        collectNames(document(), names);

        assertThat(names).isNotEmpty().noneMatch(name -> name.startsWith("x-"));
    }

    private static JsonNode document() throws Exception {
        var answer = Hub.shared().get("/openapi.json");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        return new ObjectMapper().readTree(answer.body());
    }

    private static void collectNames(JsonNode node, List<String> names) {
        node.fieldNames().forEachRemaining(names::add);
        node.forEach(child -> collectNames(child, names));
    }
}
