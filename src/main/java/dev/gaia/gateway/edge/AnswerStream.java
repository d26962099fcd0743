package dev.gaia.gateway.edge;

import dev.gaia.link.PieceStream;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes a streamed answer from the thread of its exchange. Never more than 32 KiB wait for the event loop, and nothing
 * is read from the source while the client does not take what it was sent; {@link Connection#check} ends a client that
 * takes nothing at all.
 */
final class AnswerStream implements AutoCloseable {

    private static final int WINDOW_BYTES = 32 * 1024;
    private static final int READ_BYTES = 8 * 1024;
    private static final byte[] COMMENT = {':', '\n', '\n'};
    private static final Buffer NOTHING = Bytes.wrap(RequestBody.NONE);

    private final Call call;
    private final int status;
    private final String caller;
    private final Thread thread = Thread.currentThread();
    private final AtomicInteger waiting = new AtomicInteger();
    private long bytes;
    private boolean whole;
    private boolean events;
    /** Whether what was written ends with an event, so that a comment may follow. */
    private boolean betweenEvents;

    private long writes;
    private long probedWrites;

    AnswerStream(Call call, int status, String caller) {
        this.call = call;
        this.status = status;
        this.caller = caller;
        call.admission().streamBegins();
        call.onLoop(this::begin);
    }

    /** Copies until the source ends, the client leaves or either breaks. */
    void copy(InputStream source) throws IOException, InterruptedException {
        if (source instanceof PieceStream pieces) {
            boolean more = true;
            while (more && awaitRoom()) {
                more = write(pieces.next());
            }
        } else {
            byte[] buffer = new byte[READ_BYTES];
            int count = 0;
            while (count >= 0 && awaitRoom()) {
                count = source.read(buffer);
                write(count < 0 ? Optional.empty() : Optional.of(Arrays.copyOf(buffer, count)));
            }
        }
        whole = !call.left();
    }

    /** False when there is no piece any more. */
    private boolean write(Optional<byte[]> next) {
        if (next.isEmpty()) {
            return false;
        }
        byte[] piece = next.get();
        bytes += piece.length;
        waiting.addAndGet(piece.length);
        call.onLoop(() -> put(piece));
        return true;
    }

    /** Waits without a piece in its hands, which it would keep for as long as its client takes nothing. */
    private boolean awaitRoom() throws InterruptedException {
        while (!call.left()
                && (waiting.get() > WINDOW_BYTES || !call.connection().writable())) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return !call.left();
    }

    @Override
    public void close() {
        call.admission().streamEnds();
        call.onLoop(this::end);
    }

    // On the event loop.

    private void begin() {
        if (!call.left()) {
            call.response().setStatusCode(status).setChunked(true);
            call.setCommonHeaders();
            write(NOTHING);
            events = RequestGate.text(call.response().headers(), AnswerHeaders.CONTENT_TYPE)
                    .startsWith("text/event-stream");
            betweenEvents = true;
            call.probeBy(this::probe);
        }
    }

    /** A piece of the answer tells as much as a comment; a client that has still to read keeps its machine busy. */
    private boolean probe() {
        boolean wrote = writes != probedWrites || !call.connection().writable();
        probedWrites = writes;
        if (events && betweenEvents && call.connection().writable()) {
            write(Bytes.wrap(COMMENT));
            return true;
        }
        return wrote;
    }

    private void put(byte[] piece) {
        if (!call.left()) {
            write(Bytes.wrap(piece));
            writes++;
            int length = piece.length;
            betweenEvents = length > 1 && piece[length - 1] == '\n' && piece[length - 2] == '\n';
        }
        int before = waiting.getAndAdd(-piece.length);
        if (before > WINDOW_BYTES) {
            LockSupport.unpark(thread);
        }
    }

    private void write(Buffer buffer) {
        call.response().write(buffer, null);
    }

    private void end() {
        if (call.left()) {
            call.finish(caller, RequestLog.CLIENT_LEFT, bytes);
        } else if (whole) {
            call.response().end();
            call.finish(caller, status, bytes);
        } else {
            // Without its proper end the client can tell that the answer is incomplete.
            call.finish(caller, status, bytes);
            call.abort();
        }
    }
}
