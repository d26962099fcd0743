package dev.gaia.error;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.link.GaiaHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Leaves the failure that was caught as a document for a mapping to shape, with its status and headers: {@code status},
 * {@code code} as section 8 of the failure contract names it, {@code message}, {@code request_id}, and
 * whether somebody has too much to do, this platform or a provider, {@value #OVERLOADED}, which is a variable too.
 */
@Component("describeFailure")
final class DescribeFailure implements Processor {

    private static final String OVERLOADED = "overloaded";

    @Override
    public void process(Exchange exchange) {
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        var message = exchange.getMessage();
        var requestId = message.getHeader(GaiaHeaders.REQUEST_ID, "", String.class);
        if (!(cause instanceof Failure)) {
            AnswerDefect.log(exchange, cause);
        }
        var failure = cause instanceof Failure known ? known : Failure.of(FailureCode.GATEWAY_INTERNAL);
        ErrorHeaders.clear(message);
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        failure.headers().forEach(message::setHeader);
        int status = status(failure);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        boolean overloaded = overloaded(failure.code());
        exchange.setVariable(OVERLOADED, overloaded);
        message.setBody(JsonNodeFactory.instance
                .objectNode()
                .put("status", status)
                .put("code", failure.detail().path("code").asText(code(failure.code())))
                .put("message", sentence(failure))
                .put("request_id", requestId)
                .put(OVERLOADED, overloaded));
    }

    private static boolean overloaded(FailureCode code) {
        return code == FailureCode.CHAT_UPSTREAM_OVERLOADED || "gateway_overloaded".equals(code(code));
    }

    /** Their clients know 401 for whatever is wrong with a key, and 400 for whatever is wrong with a request. */
    private static int status(Failure failure) {
        return switch (failure.code()) {
            case GATEWAY_BAD_CREDENTIALS -> 401;
            case GATEWAY_INVALID_REQUEST, CHAT_INVALID_REQUEST -> 400;
            default -> failure.status();
        };
    }

    private static String code(FailureCode code) {
        return switch (code) {
            case GATEWAY_NOT_AUTHENTICATED, GATEWAY_BAD_CREDENTIALS -> "invalid_api_key";
            case GATEWAY_BODY_TOO_LARGE -> "request_too_large";
            case GATEWAY_RATE_LIMITED -> "rate_limit_exceeded";
            case GATEWAY_OVERLOADED, GATEWAY_STOPPING, CHAT_OVERLOADED -> "gateway_overloaded";
            case GATEWAY_SERVICE_UNAVAILABLE, CHAT_NO_PROVIDER, CHAT_PROVIDER_FAILED, CHAT_UPSTREAM_OVERLOADED ->
                "upstream_unavailable";
            case GATEWAY_INVALID_JSON, GATEWAY_INVALID_REQUEST, CHAT_INVALID_REQUEST, CHAT_BAD_REQUEST ->
                "invalid_request";
            default -> code.code().substring(code.area().length() + 1).replace('-', '_');
        };
    }

    /** A text, or of a list of issues what each says. */
    private static String sentence(Failure failure) {
        if (!failure.detail().isArray()) {
            return failure.getMessage();
        }
        var sentence = new StringBuilder();
        for (var issue : failure.detail()) {
            sentence.append(sentence.isEmpty() ? "" : "; ")
                    .append(issue.path("msg").asText());
        }
        return sentence.toString();
    }
}
