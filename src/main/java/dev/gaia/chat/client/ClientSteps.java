package dev.gaia.chat.client;

import static dev.gaia.chat.turn.ChatVariables.CALL;
import static dev.gaia.chat.turn.ChatVariables.FAILURE;
import static dev.gaia.chat.turn.ChatVariables.REQUEST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.TurnEnd;
import dev.gaia.chat.attempt.AttemptHeaders;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.TellFailure;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.mapping.JsonStream;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** The steps of answers to clients that speak a provider's own form: nothing is remembered. */
final class ClientSteps {

    private final ProducerTemplate template;
    private final ChatSettings settings;
    private final TokenCounter counter;
    private final ClientFailures failures;
    private final Clock clock = Clock.systemUTC();

    ClientSteps(CamelContext camel, ChatSettings settings, TellFailure tellFailure, TokenCounter counter) {
        this.template = camel.createProducerTemplate();
        this.settings = settings;
        this.counter = counter;
        this.failures = new ClientFailures(tellFailure);
    }

    /** Keeps the moment before the model is asked. */
    void startCall(Exchange exchange) {
        ChatTurn.calling(exchange);
    }

    /** Refuses a whole answer whose calls of tools a client in Anthropic's form could not read. */
    void requireArguments(Exchange exchange) throws ProviderFailure {
        boolean parsed = ChatTurn.speaksAnthropic(exchange);
        if (parsed && exchange.getMessage().getBody() instanceof ObjectNode reply) {
            ReadableArguments.require(reply);
        }
    }

    /** Completes the counts of the whole answer in the body. */
    void completeReply(Exchange exchange) {
        complete(exchange.getMessage().getBody(ObjectNode.class), ChatVariables.object(exchange, CALL));
    }

    /** Closes the turn whose whole answer is the body. */
    void closeTurn(Exchange exchange) {
        var turn = ChatTurn.of(exchange);
        ChatTurn.measure(exchange);
        ChatTurn.answered(turn, exchange.getMessage().getBody(JsonNode.class).path("usage"));
        ChatTurn.status(turn, "completed", clock);
    }

    /** Throws what the caller is to see in place of the failure that was noted. */
    void refuseClient(Exchange exchange) throws Exception {
        var cause = exchange.getVariable(FAILURE, Exception.class);
        if (cause instanceof ProviderFailure failure) {
            var told = failures.of(failure);
            throw told.with(AttemptHeaders.ofFailed(exchange, told.headers()));
        }
        throw cause;
    }

    /** Turns the events in the body into chunks of chat completions. */
    void streamCompletion(Exchange exchange) {
        var turn = ChatTurn.of(exchange);
        stream(
                exchange,
                new CompletionForm(
                        "chatcmpl-" + turn.path("message_id").asText(),
                        turn.path("model").asText(),
                        turn.path("created").asLong(),
                        ChatVariables.object(exchange, REQUEST)
                                .path("include_usage")
                                .asBoolean(false)));
    }

    /** Turns the events in the body into events of messages. */
    void streamMessage(Exchange exchange) {
        var turn = ChatTurn.of(exchange);
        stream(
                exchange,
                new MessageForm(
                        "msg_" + turn.path("message_id").asText(),
                        turn.path("model").asText(),
                        ChatTurn.showsThoughts(exchange)));
    }

    private void stream(Exchange exchange, StreamForm form) {
        var message = exchange.getMessage();
        var call = ChatVariables.object(exchange, CALL);
        message.setBody(new ClientStream(
                message.getBody(JsonStream.class),
                form,
                new TurnEnd(template, exchange, "direct:chat-client-done"),
                reply -> complete(reply, call),
                failures,
                ChatVariables.object(exchange, ChatVariables.GATEWAY),
                settings.keepAlive()));
        message.setHeader(Exchange.CONTENT_TYPE, "text/event-stream; charset=utf-8");
        message.setHeader("Cache-Control", "no-cache");
        message.setHeader("X-Accel-Buffering", "no");
    }

    /** Counts are always told; what the provider did not count is estimated. */
    private void complete(ObjectNode reply, JsonNode call) {
        if (reply.path("usage").path("output_tokens").isNumber()
                && reply.path("usage").path("input_tokens").isNumber()) {
            return;
        }
        var answered = reply.path("text").asText("") + reply.path("tool_calls");
        var usage = reply.putObject("usage");
        var model = call.path("model").asText("");
        usage.put("input_tokens", counter.ofCall(model, call)).put("output_tokens", counter.of(model, answered));
    }
}
