package dev.gaia.asset.fetch;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An answer whose body is taken piece by piece by one thread: the next piece is asked for when the one before was taken,
 * so no more than a few wait here. Made on the event loop.
 */
final class Arrival implements AutoCloseable {

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final byte[] NOTHING = {};
    private static final int AHEAD = 4;

    private final HttpClientRequest request;
    private final HttpClientResponse response;

    /** A piece, nothing for the proper end, or the exception that ended it. */
    private final LinkedBlockingQueue<Object> waiting = new LinkedBlockingQueue<>();

    private boolean whole;

    Arrival(HttpClientRequest request, HttpClientResponse response) {
        this.request = request;
        this.response = response;
        response.pause();
        response.handler(piece -> {
            if (piece.length() > 0) {
                waiting.add(piece.getBytes());
            }
        });
        response.exceptionHandler(waiting::add);
        response.endHandler(ended -> waiting.add(NOTHING));
        response.fetch(AHEAD);
    }

    int status() {
        return response.statusCode();
    }

    /** Where the answer lies instead, if it says so. */
    Optional<String> redirect() {
        return REDIRECTS.contains(status()) ? Optional.ofNullable(response.getHeader("location")) : Optional.empty();
    }

    /**
     * Waits for the next piece.
     *
     * @param endNanos until when
     * @return none at the end of the body
     */
    byte[] next(long endNanos) throws InterruptedException, TimeoutException, ExecutionException {
        Object next = waiting.poll(Math.max(1, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        return switch (next) {
            case null -> throw new TimeoutException();
            case Throwable failure -> throw new ExecutionException(failure);
            case byte[] piece -> {
                whole = piece.length == 0;
                if (!whole) {
                    response.fetch(1);
                }
                yield piece;
            }
            default -> throw new IllegalStateException();
        };
    }

    @Override
    public void close() {
        if (!whole) {
            request.reset();
        }
    }
}
