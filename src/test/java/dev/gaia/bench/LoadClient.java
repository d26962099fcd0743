package dev.gaia.bench;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at the times of a fixed plan, whether or not earlier ones were answered (wrk waits for answers, which
 * hides what a busy server does to latency). Times count from the planned moment. All handlers run on one event loop.
 */
final class LoadClient implements AutoCloseable {

    /** Token pace and length of every stream: 50 tokens, one every 20 ms, so one second. */
    static final int TOKENS_PER_STREAM = 50;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final Callers callers;
    private final String model;

    /** Asks for the model. */
    LoadClient(Callers callers, String model) {
        this.callers = callers;
        this.model = model;
    }

    /**
     * What happened in the window of a plan.
     *
     * @param times to the whole answer, or to a stream's first token
     * @param tokenDelays from the provider's sending to the arrival here
     * @param tokens tokens that arrived in the window
     * @param failures answers that were late, broken or of another status than 200
     * @param cpu used by the target in the window
     */
    record Result(Durations times, Durations tokenDelays, long tokens, long failures, Processes.Cpu cpu) {}

    /** Answers as one document, so many a second; {@code warmUp} comes before the window. */
    Result documents(Target target, int perSecond, Duration warmUp, Duration window) {
        return new Run(target, target.documents(), Prompts.document(model), false, perSecond, warmUp, window).result();
    }

    /** So many streams open at any time: each lasts a second, and so many start evenly spread over each second. */
    Result streams(Target target, int open, Duration warmUp, Duration window) {
        return new Run(
                        target,
                        target.streams(),
                        Prompts.stream(model, TOKENS_PER_STREAM, 20),
                        true,
                        open,
                        warmUp,
                        window)
                .result();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** One plan; its fields belong to the event loop, except where a comment says otherwise. */
    private final class Run {

        private final Target target;
        private final RequestOptions address;
        private final Buffer body;
        private final boolean stream;
        private final HttpClient client;
        private final long startNanos;
        private final long intervalNanos;
        private final long windowStartNanos;
        private final long windowEndNanos;
        private final Durations times = new Durations();
        private final Durations tokenDelays = new Durations();
        private long tokens;
        private long failures;
        private long open;

        Run(Target target, URI uri, String body, boolean stream, int perSecond, Duration warmUp, Duration window) {
            this.target = target;
            this.address = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost(uri.getHost())
                    .setPort(uri.getPort())
                    .setURI(uri.getPath());
            this.body = Buffer.buffer(body);
            this.stream = stream;
            this.intervalNanos = 1_000_000_000L / perSecond;
            this.startNanos = System.nanoTime();
            this.windowStartNanos = startNanos + warmUp.toNanos();
            this.windowEndNanos = windowStartNanos + window.toNanos();
            this.client = vertx.createHttpClient(new HttpClientOptions()
                    .setMaxPoolSize(4_096)
                    .setKeepAliveTimeout(60)
                    .setConnectTimeout(5_000));
        }

        /** Runs the plan on the calling thread. */
        Result result() {
            waitUntil(startNanos);
            long dueNanos = startNanos;
            while (dueNanos < windowStartNanos) {
                dueNanos = sendAt(dueNanos);
            }
            var before = target.processes().cpu();
            while (dueNanos < windowEndNanos) {
                dueNanos = sendAt(dueNanos);
            }
            var cpu = target.processes().cpu().since(before);
            long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
            while (onLoop(() -> open) > 0 && System.nanoTime() < deadlineNanos) {
                LockSupport.parkNanos(10_000_000);
            }
            var result = onLoop(() -> new Result(times, tokenDelays, tokens, failures + open, cpu));
            client.close().toCompletionStage().toCompletableFuture().join();
            return result;
        }

        private long sendAt(long dueNanos) {
            waitUntil(dueNanos);
            loop.runOnContext(now -> send(dueNanos));
            return dueNanos + intervalNanos;
        }

        private void send(long dueNanos) {
            open++;
            var options = new RequestOptions(address)
                    .putHeader("content-type", "application/json")
                    .putHeader("authorization", callers.next());
            client.request(options).onFailure(failure -> end(true)).onSuccess(request -> exchange(request, dueNanos));
        }

        private void exchange(HttpClientRequest request, long dueNanos) {
            request.send(body).onFailure(failure -> end(true)).onSuccess(response -> {
                var reader = new StampReader((index, sentNanos) -> token(index, sentNanos, dueNanos));
                if (stream) {
                    response.handler(reader::read);
                }
                response.exceptionHandler(failure -> end(true));
                response.endHandler(ended -> {
                    if (!stream && inWindow(dueNanos)) {
                        times.add(System.nanoTime() - dueNanos);
                    }
                    end(response.statusCode() != 200 || (stream && reader.tokens() != TOKENS_PER_STREAM));
                });
            });
        }

        private void token(int index, long sentNanos, long dueNanos) {
            long now = System.nanoTime();
            if (index == 0 && inWindow(dueNanos)) {
                times.add(now - dueNanos);
            }
            if (inWindow(now)) {
                tokens++;
                tokenDelays.add(now - sentNanos);
            }
        }

        private void end(boolean failed) {
            open--;
            if (failed) {
                failures++;
            }
        }

        private boolean inWindow(long nanos) {
            return nanos >= windowStartNanos && nanos < windowEndNanos;
        }
    }

    private static void waitUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private <T> T onLoop(Callable<T> question) {
        var task = new FutureTask<>(question);
        loop.runOnContext(now -> task.run());
        try {
            return task.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the bench was interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the load client's event loop is stuck", e);
        }
    }
}
