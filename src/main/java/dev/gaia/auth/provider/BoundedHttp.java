package dev.gaia.auth.provider;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP calls with a bound on everything: the time of the whole call, the size of the answer, the number in flight.
 * Redirects are not followed, so that a call ends where its address says.
 */
public final class BoundedHttp implements AutoCloseable {

    /** What came back. */
    public record Answer(int status, String text) {}

    private final HttpClient client;
    private final Duration timeout;
    private final int bodyMaxBytes;
    private final Semaphore free;

    /**
     * Prepares calls.
     *
     * @param timeout of a whole call
     * @param bodyMaxBytes largest answer
     * @param inFlightMax calls at a time
     */
    public BoundedHttp(Duration timeout, int bodyMaxBytes, int inFlightMax) {
        this.client = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.timeout = timeout;
        this.bodyMaxBytes = bodyMaxBytes;
        this.free = new Semaphore(inFlightMax);
    }

    /**
     * Sends a request and waits for the whole answer, whatever its status.
     *
     * @throws ProviderUnavailable when there is none within the bounds
     */
    public Answer send(HttpRequest request) throws ProviderUnavailable, InterruptedException {
        if (!free.tryAcquire()) {
            throw new ProviderUnavailable("too many calls are in flight");
        }
        try {
            var sent = client.sendAsync(request, head -> new LimitedBody(bodyMaxBytes));
            try {
                var answer = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
                return new Answer(answer.statusCode(), answer.body());
            } catch (ExecutionException e) {
                throw new ProviderUnavailable(
                        "no answer: " + e.getCause().getClass().getSimpleName());
            } catch (TimeoutException e) {
                throw new ProviderUnavailable("no answer within " + timeout.toMillis() + " ms");
            } finally {
                // Closes the connection of a call that is given up; nothing happens to one that is over.
                sent.cancel(true);
            }
        } finally {
            free.release();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** Collects an answer up to the limit; the next byte breaks it off. */
    private static final class LimitedBody implements HttpResponse.BodySubscriber<String> {

        private final HttpResponse.BodySubscriber<String> whole =
                HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8);
        private final int maxBytes;
        private Flow.Subscription arrival;
        private long received;

        LimitedBody(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        @Override
        public CompletionStage<String> getBody() {
            return whole.getBody();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            arrival = subscription;
            whole.onSubscribe(subscription);
        }

        @Override
        public void onNext(List<ByteBuffer> pieces) {
            received += pieces.stream().mapToLong(ByteBuffer::remaining).sum();
            if (received <= maxBytes) {
                whole.onNext(pieces);
            } else {
                arrival.cancel();
                whole.onError(new IOException("the answer is larger than " + maxBytes + " bytes"));
            }
        }

        @Override
        public void onError(Throwable failure) {
            whole.onError(failure);
        }

        @Override
        public void onComplete() {
            whole.onComplete();
        }
    }
}
