package dev.gaia.chat;

import static dev.gaia.chat.turn.ChatVariables.FAILURE;
import static dev.gaia.chat.turn.ChatVariables.REQUEST;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.AttemptHeaders;
import dev.gaia.chat.history.HistorySteps;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.TellFailure;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.Departure;
import java.time.Clock;
import java.util.Arrays;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that open and close a turn of a dialogue. */
final class TurnSteps {

    private static final Logger log = LoggerFactory.getLogger("chat-complete");

    private final HistorySteps histories;
    private final ObjectMapper mapper;
    private final TellFailure tellFailure;
    private final Clock clock = Clock.systemUTC();

    TurnSteps(HistorySteps histories, ObjectMapper mapper, TellFailure tellFailure) {
        this.histories = histories;
        this.mapper = mapper;
        this.tellFailure = tellFailure;
    }

    /** Keeps the call that was put together, so that a second provider gets the same one: body and variable. */
    void keepCall(Exchange exchange) {
        exchange.setVariable(ChatVariables.CALL, exchange.getMessage().getBody(ObjectNode.class));
    }

    /** Remembers what the caller said, before a model is asked. */
    void rememberQuestion(Exchange exchange) {
        ChatTurn.calling(exchange);
        histories.rememberQuestion(
                exchange,
                ChatVariables.object(exchange, REQUEST).path("message").asText());
    }

    /** Remembers what the model said, body the whole answer in its neutral form, and closes the turn. */
    void rememberAnswer(Exchange exchange) {
        var reply = exchange.getMessage().getBody(JsonNode.class);
        var turn = ChatTurn.of(exchange);
        ChatTurn.measure(exchange);
        ChatTurn.answered(turn, reply.path("usage"));
        histories.rememberAnswer(exchange, PlainText.clean(reply.path("text").asText("")), reply.path("served"));
        ChatTurn.status(turn, "completed", clock);
    }

    /**
     * Closes a turn that has no answer; the reason is the exception that was caught, or the body. The exception is kept
     * in the variable {@code failure}, since telling the event may catch another.
     */
    void noteFailure(Exchange exchange) {
        var turn = ChatTurn.of(exchange);
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        exchange.setVariable(FAILURE, cause);
        var reason = switch (cause) {
            case ProviderFailure failure -> failure.kind().sentence();
            case Failure failure -> failure.code().code();
            case InterruptedException left -> Departure.of(exchange).reason().sentence();
            case null -> exchange.getMessage().getBody(String.class);
            default -> "internal error";
        };
        ChatTurn.measure(exchange);
        turn.put("error", reason);
        ChatTurn.endedEarly(turn);
        ChatTurn.status(turn, "failed", clock);
        log.warn(
                "turn {} failed at {} {}: {}",
                turn.path("request_id").asText(),
                turn.path("provider").asText(),
                turn.path("model").asText(),
                logged(cause, reason));
    }

    /** What the log may hold: neither the words of a dialogue nor keys, which a provider or a defect may quote. */
    private static String logged(Exception cause, String reason) {
        return switch (cause) {
            case ProviderFailure failure -> failure.getMessage();
            case null -> reason;
            case Failure failure -> reason;
            case InterruptedException left -> reason;
            default -> cause.getClass().getName() + place(cause);
        };
    }

    private static String place(Exception defect) {
        return Arrays.stream(defect.getStackTrace())
                .findFirst()
                .map(line -> " at " + line)
                .orElse("");
    }

    /** Throws what the caller is to see in place of the failure that was noted. */
    void refuseAnswer(Exchange exchange) throws Exception {
        var cause = exchange.getVariable(FAILURE, Exception.class);
        if (cause instanceof ProviderFailure failure) {
            throw told(failure).with(AttemptHeaders.ofFailed(exchange, tellFailure.headers(failure)));
        }
        throw cause;
    }

    private static Failure told(ProviderFailure failure) {
        if (failure.details().has(ProviderFailure.Sign.STOPPING)) {
            return Failure.of(FailureCode.GATEWAY_STOPPING);
        }
        return failure.kind() == ProviderFailure.Kind.LOCAL
                ? Failure.of(FailureCode.CHAT_OVERLOADED)
                : Failure.of(
                        FailureCode.CHAT_PROVIDER_FAILED,
                        "Chat completion failed: " + failure.kind().sentence());
    }

    /** Writes the JSON document in the body as bytes, and who answered into the headers. */
    void writeAnswer(Exchange exchange) throws JsonProcessingException {
        var message = exchange.getMessage();
        message.setBody(mapper.writeValueAsBytes(message.getBody(JsonNode.class)));
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    }
}
