package dev.gaia.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.ModelCall;
import dev.gaia.chat.attempt.Runaway;
import dev.gaia.chat.attempt.RunawaySettings;
import dev.gaia.chat.provider.ClassifyFailure;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Gives an answer the form that is wanted: puts a stream together where it is wanted whole (most are asked for as
 * streams, so that a model that is silent is left early), and deals a document out where a stream is wanted. A stream
 * that breaks off here is a failure like any other, since nobody has seen a piece of it.
 */
@Component("fitAnswer")
public final class FitAnswer implements Processor {

    private final ClassifyFailure classify;
    private final RunawaySettings settings;

    public FitAnswer(ClassifyFailure classify, RunawaySettings settings) {
        this.settings = settings;
        this.classify = classify;
    }

    @Override
    public void process(Exchange exchange) throws ProviderFailure, InterruptedException {
        boolean wantsStream = exchange.getVariable(ChatVariables.STREAM, false, Boolean.class);
        var message = exchange.getMessage();
        if (message.getBody() instanceof JsonStream stream) {
            if (!wantsStream) {
                var runaway = new Runaway(ChatVariables.object(exchange, ChatVariables.CALL), settings);
                message.setBody(whole(stream, exchange.getVariable(ModelCall.VARIABLE, ModelCall.class), runaway));
            }
        } else if (wantsStream) {
            message.setBody(new DealtAnswer(message.getBody(ObjectNode.class)));
        }
    }

    private ObjectNode whole(JsonStream stream, ModelCall call, Runaway runaway)
            throws ProviderFailure, InterruptedException {
        var assembly = new ReplyAssembly();
        try (stream) {
            collect(stream, assembly, runaway, call);
        } catch (IOException e) {
            call.received(assembly.text());
            // Nothing else is told of an answer of which too much is no JSON.
            throw call.skipped() > 0 && plain(e) && !call.late() ? malformed() : failure(e, call);
        } catch (InterruptedException e) {
            call.received(assembly.text());
            throw e;
        }
        if (call.skipped() > 0) {
            call.received(assembly.text());
            throw malformed();
        }
        return assembly.reply();
    }

    private static boolean plain(IOException broken) {
        return broken.getCause() instanceof ProviderFailure failure
                && failure.kind() == Kind.BROKEN
                && Set.of(Sign.LET_GO).containsAll(failure.details().signs());
    }

    /** What the same model may do better the next time (failures F10). */
    private static ProviderFailure malformed() {
        return new ProviderFailure(Kind.TRANSIENT, "a piece of the answer was no JSON");
    }

    private void collect(JsonStream stream, ReplyAssembly assembly, Runaway runaway, ModelCall call)
            throws IOException, InterruptedException {
        for (var next = stream.next(); next.isPresent(); next = stream.next()) {
            var event = next.get();
            boolean finished = assembly.finishReason().isPresent();
            if (finished) {
                // What comes after the first ending is left out, but its figures count.
                assembly.addUsage(event.path("usage"));
                call.afterEnd(event);
            } else if (event.hasNonNull("error")) {
                throw broken(classify.ofError(event.get("error")));
            } else if (!event.isMissingNode()) {
                assembly.add(event);
                if (AwaitAnswer.hasContent(event)) {
                    stream.begun();
                }
                switch (runaway.add(event)) {
                    case FINE -> {
                        // the answer goes on
                    }
                    case TOO_LONG -> {
                        assembly.endAsTooLong();
                        return;
                    }
                    case LOOPS ->
                        throw broken(new ProviderFailure(
                                Kind.BROKEN,
                                "the answer repeats itself without end",
                                Details.NONE.with(Sign.LASTING).with(Sign.LET_GO)));
                }
            }
            if (!finished && assembly.finishReason().isPresent()) {
                stream.finishing();
            }
            if (event.path("end").asBoolean(false) || event.hasNonNull("error")) {
                break;
            }
        }
        if (assembly.finishReason().isEmpty()) {
            throw new IOException("the stream ended without a finish reason");
        }
    }

    private static IOException broken(ProviderFailure failure) {
        return new IOException(failure.getMessage(), failure);
    }

    /**
     * While another model can be asked it is asked at once. The only one is asked again after a cut, as after any passing
     * fault (failures F22), but not after a stall or too much of anything. A call whose time is over says nothing of the
     * model.
     */
    private static ProviderFailure failure(IOException broken, ModelCall call) {
        if (call.late()) {
            return new ProviderFailure(Kind.SILENT, "no whole answer in time", Details.NONE.with(Sign.CALL_OVER));
        }
        var failure = broken.getCause() instanceof ProviderFailure cause
                ? cause
                : new ProviderFailure(Kind.BROKEN, broken.getMessage());
        boolean brokeOff = failure.kind() == Kind.BROKEN
                || (failure.kind() == Kind.TRANSIENT && failure.details().status() == 0);
        boolean passing =
                !failure.details().has(Sign.STALLED) && !failure.details().has(Sign.LASTING);
        return brokeOff
                ? new ProviderFailure(
                        call.alone() && passing ? Kind.TRANSIENT : Kind.BROKEN, failure.getMessage(), failure.details())
                : failure;
    }
}
