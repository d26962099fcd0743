package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.attempt.ModelCall;
import dev.gaia.chat.provider.Attempt;
import dev.gaia.chat.provider.ClassifyFailure;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.chat.rescue.Continuation;
import dev.gaia.chat.rescue.RescueRules;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.mapping.ForwardingStream;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Makes sure that a model really answers, while another one can still be asked: of a stream, waits for the first
 * content; of a whole answer, wants text or tool calls and a finish reason. What it fails with is classed. An answer
 * that ends properly without a word is kept with the call, for when no model has more to say (failures F35).
 */
@Component("awaitAnswer")
public final class AwaitAnswer implements Processor {

    private final ClassifyFailure classify;

    public AwaitAnswer(ClassifyFailure classify) {
        this.classify = classify;
    }

    @Override
    public void process(Exchange exchange) throws ProviderFailure, InterruptedException {
        switch (exchange.getMessage().getBody()) {
            case JsonStream stream -> exchange.getMessage().setBody(awaitContent(stream, exchange));
            case JsonNode reply -> requireContent(reply, exchange);
            case null, default -> throw new ProviderFailure(Kind.TRANSIENT, "the provider's route left no answer");
        }
    }

    private static void requireContent(JsonNode reply, Exchange exchange) throws ProviderFailure {
        if (!reply.path("finish_reason").isTextual()) {
            throw new ProviderFailure(Kind.TRANSIENT, "an answer without a finish reason");
        }
        if (empty(reply)) {
            throw saidNothing(reply, exchange);
        }
    }

    private static ProviderFailure saidNothing(JsonNode reply, Exchange exchange) {
        boolean whole = reply.path("finish_reason").isTextual();
        if (whole) {
            exchange.getVariable(ModelCall.VARIABLE, ModelCall.class).saidNothing(reply);
        }
        return new ProviderFailure(
                Kind.TRANSIENT, "an answer without content", whole ? Details.NONE.with(Sign.EMPTY) : Details.NONE);
    }

    /** Nothing at all, though the model says that it is done; a refusal or a token limit explains itself. */
    private static boolean empty(JsonNode reply) {
        return "stop".equals(reply.path("finish_reason").asText("stop")) && !hasContent(reply);
    }

    /** A model that was given the beginning of an answer may find that there is nothing to add. */
    private static boolean maySayNothing(Exchange exchange) {
        var continuation = exchange.getVariable(ChatVariables.CONTINUATION, JsonNode.class);
        return continuation != null && Continuation.prefilled(continuation);
    }

    private JsonStream awaitContent(JsonStream stream, Exchange exchange) throws ProviderFailure, InterruptedException {
        var early = new ArrayDeque<JsonNode>();
        boolean found = false;
        try {
            while (!found) {
                var event = stream.next().orElseThrow(() -> new IOException("the stream ended without an answer"));
                early.add(event);
                if (event.hasNonNull("error")) {
                    throw classify.ofError(event.get("error"));
                }
                boolean ended = event.path("end").asBoolean(false)
                        || event.path("finish_reason").isTextual();
                if (ended && empty(event) && !maySayNothing(exchange)) {
                    throw saidNothing(assembled(early), exchange);
                }
                boolean first = ended || hasContent(event);
                if (first && mayLack(event, exchange)) {
                    throw new ProviderFailure(
                            Kind.TRANSIENT, "an event that is not JSON may have held part of the answer");
                }
                found = first;
            }
            stream.begun();
            return new Begun(early, stream);
        } catch (IOException e) {
            throw e.getCause() instanceof ProviderFailure failure
                    ? failure
                    : new ProviderFailure(Kind.TRANSIENT, e.getMessage());
        } finally {
            if (!found) {
                stream.close();
            }
        }
    }

    /** An event was left out before this first one, and may have held what a call or a document cannot do without. */
    private static boolean mayLack(JsonNode first, Exchange exchange) {
        return exchange.getVariable(Attempt.VARIABLE, Attempt.class).skippedEvents() > 0
                && (first.hasNonNull("tool_calls")
                        || "tool_calls".equals(first.path("finish_reason").textValue())
                        || RescueRules.structured(ChatVariables.object(exchange, ChatVariables.CALL)));
    }

    private static JsonNode assembled(Iterable<JsonNode> events) {
        var assembly = new ReplyAssembly();
        events.forEach(assembly::add);
        return assembly.reply();
    }

    /** True when a neutral answer, or an event of one, holds anything a client could read. */
    static boolean hasContent(JsonNode reply) {
        return !reply.path("text").asText("").isEmpty()
                || reply.hasNonNull("tool_calls")
                || reply.hasNonNull("refusal")
                || !reply.path("reasoning").asText("").isEmpty()
                || reply.path("reasoning").isArray();
    }

    /** A stream of which the first events were read already. */
    private static final class Begun extends ForwardingStream {

        private final ArrayDeque<JsonNode> early;

        Begun(ArrayDeque<JsonNode> early, JsonStream rest) {
            super(rest);
            this.early = early;
        }

        @Override
        public Optional<JsonNode> next() throws IOException, InterruptedException {
            var event = early.poll();
            return event != null ? Optional.of(event) : source().next();
        }

        @Override
        public boolean ready() {
            return !early.isEmpty() || super.ready();
        }
    }
}
