package dev.gaia.error;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Answers a {@link Failure} over HTTP: its status, its document and its headers. What a segment decided is wrapped in
 * {@code Service error: …}, because clients search for that prefix and parse what follows.
 */
@Component("answerFailure")
final class AnswerFailure implements Processor {

    private static final String V03 = "/api/v0.3/";
    private static final String CHAT_V02 = "/api/v0.2/chat";
    private static final String JSON = "application/json";

    @Override
    public void process(Exchange exchange) {
        Failure failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Failure.class);
        answer(exchange.getMessage(), failure);
    }

    private static void answer(Message message, Failure failure) {
        String path = message.getHeader(Exchange.HTTP_PATH, "", String.class);
        ErrorHeaders.clear(message);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, refusedByV03(failure, path) ? 400 : failure.status());
        message.setHeader(Exchange.CONTENT_TYPE, JSON);
        if (failure.status() == 429 || failure.code() == FailureCode.GATEWAY_OVERLOADED) {
            message.setHeader("Retry-After", "1");
        }
        failure.headers().forEach(message::setHeader);
        message.setBody(document(failure, path).toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The document for a failure of a request to this path. */
    static ObjectNode document(Failure failure, String path) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        if (refusedByV03(failure, path)) {
            return document.put("error", sentence(failure.detail()));
        }
        if (failure.code().area().equals("chat")) {
            if (path.startsWith(V03) && failure.status() == 404) {
                return document.set("detail", failure.detail());
            }
            if (path.equals(CHAT_V02) && (failure.status() == 400 || failure.status() == 500)) {
                return document.put("error", "Failed to process chat request").set("detail", failure.detail());
            }
        }
        JsonNode detail = failure.detail();
        if (failure.code().ofSegment()) {
            String inner = JsonNodeFactory.instance
                    .objectNode()
                    .set("detail", failure.detail())
                    .toString();
            detail = JsonNodeFactory.instance.textNode("Service error: " + inner);
        }
        if (failure.status() == 429) {
            document.set("error", detail);
        }
        document.set("detail", detail);
        if ("asset".equals(failure.code().area())) {
            describe(failure, document);
        }
        return document;
    }

    /** What is wrong with a request to v0.3 is always 400 and a sentence; accounts are the same in every version. */
    private static boolean refusedByV03(Failure failure, String path) {
        boolean request = failure.code() == FailureCode.GATEWAY_INVALID_JSON
                || (failure.code().area().equals("chat") && (failure.status() == 400 || failure.status() == 422));
        return request && path.startsWith(V03);
    }

    private static String sentence(JsonNode detail) {
        JsonNode issue = detail.path(0);
        return detail.isArray()
                ? issue.at("/loc/1").asText() + ": " + issue.path("msg").asText()
                : detail.asText();
    }

    /** The asset operations promise their clients a code to branch on, and the list of problems as a list. */
    private static void describe(Failure failure, ObjectNode document) {
        document.put("status_code", failure.status()).put("error_type", errorType(failure.code()));
        if (failure.detail().isArray()) {
            document.set("errors", failure.detail());
        }
    }

    private static String errorType(FailureCode code) {
        return switch (code) {
            case ASSET_BAD_REQUEST -> "invalid_request";
            case ASSET_INVALID_REQUEST -> "validation_error";
            case ASSET_INTERNAL -> "internal_error";
            case ASSET_DATABASE_UNAVAILABLE -> "service_unavailable";
            default -> code.code().substring("asset-".length()).replace('-', '_');
        };
    }
}
