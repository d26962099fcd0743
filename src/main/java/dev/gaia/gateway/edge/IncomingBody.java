package dev.gaia.gateway.edge;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.PieceStream;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A request body that the route reads while it arrives. Nothing is read from the client before the route asks, so that
 * whoever may not send it is refused first; and never more than a window of it is held.
 */
final class IncomingBody extends PieceStream {

    private static final int WINDOW_BYTES = 64 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private final Call call;
    private final long maxBytes;
    private final Failure tooLarge;
    private final boolean expectsContinue;
    private long arrived;
    private int waitingBytes;
    private boolean paused = true;
    private boolean asked;
    private boolean whole;
    private Optional<Failure> failure = Optional.empty();

    /**
     * On the event loop.
     *
     * @param announced its {@code Content-Length} in bytes, 0 when unknown
     * @param tooLarge what is said of a body beyond the limit
     * @param expectsContinue whether the client waits for a word before it sends
     */
    IncomingBody(Call call, long announced, long maxBytes, Failure tooLarge, boolean expectsContinue) {
        this.call = call;
        this.maxBytes = maxBytes;
        this.tooLarge = tooLarge;
        this.expectsContinue = expectsContinue;
        if (announced > maxBytes) {
            failure = Optional.of(tooLarge);
        }
        call.request().pause();
        call.request().handler(this::arrive);
        call.request().endHandler(ended -> change(() -> whole = true));
    }

    private void arrive(Buffer piece) {
        change(() -> {
            arrived += piece.length();
            if (arrived > maxBytes) {
                failure = Optional.of(tooLarge);
            }
            if (failure.isPresent()) {
                waiting.clear();
                return;
            }
            waiting.add(piece.getBytes());
            waitingBytes += piece.length();
            if (waitingBytes > WINDOW_BYTES && !paused) {
                paused = true;
                call.request().pause();
            }
        });
    }

    /** Ends the reading with this refusal, unless everything is there. On the event loop. */
    void fail(FailureCode code) {
        change(() -> {
            if (!whole && failure.isEmpty()) {
                failure = Optional.of(Failure.of(code));
            }
        });
    }

    boolean whole() {
        lock.lock();
        try {
            return whole;
        } finally {
            lock.unlock();
        }
    }

    /** Throws away what still comes, so that the client can read its answer. On the event loop. */
    void discard() {
        fail(FailureCode.GATEWAY_BAD_REQUEST);
        call.request().handler(piece -> {});
        call.request().resume();
    }

    @Override
    public Optional<byte[]> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                if (failure.isPresent()) {
                    throw failure.get();
                }
                if (paused && waitingBytes <= WINDOW_BYTES / 2) {
                    paused = false;
                    boolean first = !asked;
                    asked = true;
                    call.onLoop(() -> goOn(first));
                }
                if (!waiting.isEmpty()) {
                    byte[] piece = waiting.poll();
                    waitingBytes -= piece.length;
                    return Optional.of(piece);
                }
                if (whole) {
                    return Optional.empty();
                }
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void goOn(boolean first) {
        if (first && expectsContinue && !call.left()) {
            call.response().writeContinue();
        }
        call.request().resume();
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        // What was not read is thrown away when the request has been answered.
    }
}
