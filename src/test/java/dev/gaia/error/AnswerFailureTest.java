package dev.gaia.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class AnswerFailureTest {

    private static final String V1 = "/api/v1/chat";

    @Test
    void answersGatewayFailurePlain() {
        assertThat(document(Failure.of(FailureCode.GATEWAY_NOT_FOUND), V1)).isEqualTo("{\"detail\":\"Not Found\"}");
    }

    @Test
    void wrapsSegmentFailure() {
        assertThat(document(Failure.of(FailureCode.CHAT_NOT_FOUND, "No \"such\" thing"), V1))
                .isEqualTo("{\"detail\":\"Service error: {\\\"detail\\\":\\\"No \\\\\\\"such\\\\\\\" thing\\\"}\"}");
    }

    @Test
    void wrapsListOfIssuesOfSegment() {
        var failure = Failure.invalid(FailureCode.CHAT_INVALID_REQUEST, List.of(Issue.missing("body", "message")));

        assertThat(document(failure, V1))
                .isEqualTo("{\"detail\":\"Service error: {\\\"detail\\\":[{\\\"type\\\":\\\"missing\\\",\\\"loc\\\":"
                        + "[\\\"body\\\",\\\"message\\\"],\\\"msg\\\":\\\"Field required\\\"}]}\"}");
    }

    @Test
    void answersListOfIssuesOfGatewayPlain() {
        var failure = Failure.invalid(FailureCode.GATEWAY_INVALID_REQUEST, List.of(Issue.missing("body", "a")));

        assertThat(document(failure, V1))
                .isEqualTo("{\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\",\"a\"],\"msg\":\"Field required\"}]}");
    }

    @Test
    void answersInvalidJsonOfLaterApiAsError() {
        var failure = Failure.of(FailureCode.GATEWAY_INVALID_JSON);

        assertThat(document(failure, "/api/v0.3/chat")).isEqualTo("{\"error\":\"Invalid JSON body\"}");
        assertThat(document(failure, V1)).isEqualTo("{\"detail\":\"Invalid JSON body\"}");
    }

    @Test
    void answersWrongFieldOfLaterApiAsError() {
        var failure = Failure.invalid(
                FailureCode.CHAT_INVALID_REQUEST,
                List.of(new Issue("string_type", List.of("body", "title"), "Input should be a valid string")));
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeader(Exchange.HTTP_PATH, "/api/v0.3/conversations");
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);

        new AnswerFailure().process(exchange);

        assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(400);
        assertThat(exchange.getMessage().getBody(String.class))
                .isEqualTo("{\"error\":\"title: Input should be a valid string\"}");
    }

    @Test
    void forgetsWhatTheRouteHadPrepared() {
        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        var message = exchange.getMessage();
        message.setHeader("Content-Type", "text/event-stream");
        message.setHeader("Cache-Control", "no-cache");
        message.setHeader("gaia-request-id", "r1");
        message.setHeader(Exchange.HTTP_PATH, V1);
        exchange.setProperty(
                Exchange.EXCEPTION_CAUGHT,
                Failure.of(FailureCode.GATEWAY_RATE_LIMITED, "Slow down").with(Map.of("Retry-After", "7")));

        new AnswerFailure().process(exchange);

        assertThat(message.getHeaders())
                .containsEntry("Content-Type", "application/json")
                .containsEntry("Retry-After", "7")
                .containsEntry("gaia-request-id", "r1")
                .containsEntry(Exchange.HTTP_RESPONSE_CODE, 429)
                .doesNotContainKey("Cache-Control");
        assertThat(message.getBody(String.class)).isEqualTo("{\"error\":\"Slow down\",\"detail\":\"Slow down\"}");
    }

    private static String document(Failure failure, String path) {
        return AnswerFailure.document(failure, path).toString();
    }
}
