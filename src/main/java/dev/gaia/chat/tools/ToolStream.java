package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.ReplyAssembly;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A model's stream, in which the rounds of tools happen where the model asks for them: the readers see its words, one
 * event {@code {"tool_run": {"tool","input","result" or "error"}}} for each tool that ran, and the words that follow, as
 * one stream with one end. While tools run, marks of silence keep the client waiting.
 */
final class ToolStream implements JsonStream {

    private static final long SILENCE_MILLIS = 500;

    /** Runs the tools that a whole answer asks for, and asks the model again. */
    interface Round {
        JsonStream run(ObjectNode reply) throws Exception;

        /** There is no answer after all; what the client has stays a part of one. */
        void brokeOff();
    }

    private final ToolRounds rounds;
    private final Round round;
    private final ArrayDeque<JsonNode> waiting = new ArrayDeque<>();
    private volatile JsonStream source;
    private volatile boolean closed;
    private volatile Optional<Thread> worker = Optional.empty();
    private Optional<CompletableFuture<JsonStream>> running = Optional.empty();
    private ReplyAssembly reply = new ReplyAssembly();
    private int runsTold;
    private boolean asked;

    ToolStream(JsonStream source, ToolRounds rounds, Round round) {
        this.source = source;
        this.rounds = rounds;
        this.round = round;
    }

    @Override
    public Optional<JsonNode> next() throws IOException, InterruptedException {
        while (true) {
            if (!waiting.isEmpty()) {
                return Optional.of(waiting.poll());
            }
            if (running.isPresent()) {
                if (!awaitRound(running.get())) {
                    return Optional.of(waiting.isEmpty() ? MissingNode.getInstance() : waiting.poll());
                }
                continue;
            }
            var event = source.next();
            if (event.isPresent() && event.get().isMissingNode()) {
                return event;
            }
            event.ifPresent(this::read);
            boolean over = event.isEmpty() || event.get().path("end").asBoolean(false);
            if (over && asked) {
                startRound();
            } else if (event.isEmpty() && waiting.isEmpty()) {
                return event;
            }
        }
    }

    /** Passes on what a reader may see; a finish that only asks for tools is none. */
    private void read(JsonNode event) {
        reply.add(event);
        var seen = ((ObjectNode) event.deepCopy()).without("tool_calls");
        if (event.path("finish_reason").isTextual()) {
            var calls = reply.reply().path("tool_calls");
            asked = calls.isArray() && !calls.isEmpty() && rounds.mayGoOn();
            if (asked) {
                source.finishing();
                return;
            }
            if (calls.isArray()) {
                seen = ((ObjectNode) seen).put("finish_reason", "stop");
                if (reply.text().isBlank()) {
                    waiting.add(JsonNodeFactory.instance.objectNode().put("text", ToolLoop.UNFINISHED));
                }
            }
        }
        if (event.path("usage").isObject() && !asked) {
            ((ObjectNode) seen).set("usage", rounds.total(reply.reply().path("usage")));
        }
        if (!asked) {
            waiting.add(seen);
        }
    }

    private void startRound() {
        asked = false;
        var whole = reply.reply();
        rounds.addUsage(whole.path("usage"));
        source.close();
        var result = new CompletableFuture<JsonStream>();
        running = Optional.of(result);
        worker = Optional.of(Thread.ofVirtual().name("chat-tools-round").start(() -> {
            try {
                var next = round.run(whole);
                if (closed) {
                    next.close();
                }
                result.complete(next);
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        }));
    }

    /** Waits a moment; true when the model answers again. */
    private boolean awaitRound(CompletableFuture<JsonStream> result) throws IOException, InterruptedException {
        try {
            source = result.get(SILENCE_MILLIS, TimeUnit.MILLISECONDS);
            reply = new ReplyAssembly();
            running = Optional.empty();
            source.begun();
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            round.brokeOff();
            throw new IOException("the round of tools failed", e.getCause());
        } finally {
            for (var run : rounds.runsAfter(runsTold)) {
                waiting.add(JsonNodeFactory.instance.objectNode().set("tool_run", run));
                runsTold++;
            }
        }
    }

    @Override
    public boolean ready() {
        return !waiting.isEmpty() || (running.isEmpty() && source.ready());
    }

    @Override
    public void begun() {
        source.begun();
    }

    @Override
    public void finishing() {
        source.finishing();
    }

    @Override
    public void close() {
        closed = true;
        worker.ifPresent(Thread::interrupt);
        source.close();
    }
}
