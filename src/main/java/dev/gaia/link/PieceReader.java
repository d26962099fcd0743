package dev.gaia.link;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The reading end of a stream that crosses NATS: puts the numbered pieces in line, tells the sender how far the reader
 * came, and turns every gap, repetition and silence into a visible error.
 *
 * <p>Memory: at most the window, because the sender may not be further ahead of the acknowledgements; a sender that is
 * ends the stream.
 */
final class PieceReader extends PieceStream {

    /** Speaks to the sender; must not block. */
    interface Sender {
        void acknowledge(long piece);

        void alive();

        void cancel(Departure.Reason reason);

        /** The stream is over for this side, whichever way; called once. */
        void finished();
    }

    private final LinkSettings settings;
    private final String flow;
    private final Sender sender;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private long received;
    private long taken;
    private long acknowledged;
    private long takenBytes;
    private long acknowledgedBytes;
    private boolean complete;
    private boolean closed;
    private boolean over;
    private boolean finished;

    /** The sender does not know yet that nobody will read on. */
    private boolean cancelDue;

    /** Why nobody will. */
    private Departure.Reason reason = Departure.Reason.GIVEN_UP;

    private Optional<IOException> broken = Optional.empty();

    /** Whether somebody waits for a piece. */
    private boolean reading;

    private long readingSinceNanos;
    private long heardNanos = System.nanoTime();
    private long spokeNanos = System.nanoTime();

    PieceReader(LinkSettings settings, String flow, Sender sender) {
        this.settings = settings;
        this.flow = flow;
        this.sender = sender;
    }

    /** The next piece arrived; numbers start at 1. */
    void piece(long number, byte[] bytes) {
        change(() -> {
            if (number != received + 1) {
                breakUp(
                        number > received
                                ? "Piece %d of the answer of %s is missing".formatted(received + 1, flow)
                                : "Piece %d of the answer of %s came twice".formatted(number, flow));
            } else if (waiting.size() >= settings.windowPieces()
                    || waitingBytes + bytes.length > settings.windowBytes()) {
                breakUp("The answer of %s came faster than its reader allowed".formatted(flow));
            } else {
                received = number;
                waitingBytes += bytes.length;
                waiting.add(bytes);
            }
        });
    }

    /** The sender sent everything. */
    void end(long count) {
        change(() -> {
            if (count == received) {
                complete = true;
            } else {
                breakUp("The answer of %s ended after %d pieces, but %d came".formatted(flow, count, received));
            }
        });
    }

    /** The sender failed, and said so. */
    void failed(String reason) {
        change(() -> {
            breakUp(reason);
            cancelDue = false;
        });
    }

    /** The way to the sender is gone; pieces may be lost. */
    void lost() {
        change(() -> breakUp("The connection to the message broker was lost during the answer of " + flow));
    }

    /** This process stops: nobody reads on, and the sender is told. */
    void stop() {
        change(() -> {
            reason = Departure.Reason.STOPPING;
            breakUp("This process stopped during the answer of " + flow);
        });
    }

    void heard() {
        change(() -> {});
    }

    /** Looks at the clock: is the sender alive, is the reader waiting too long, does the sender hear from us? */
    void tick(long nowNanos) {
        boolean speak = false;
        lock.lock();
        try {
            if (over || complete || broken.isPresent()) {
                return;
            }
            if (older(nowNanos, heardNanos, settings.silenceMax())) {
                breakUp("%s fell silent during its answer".formatted(flow));
            } else if (reading && older(nowNanos, readingSinceNanos, settings.timeout())) {
                breakUp("%s sent nothing more for %d s"
                        .formatted(flow, settings.timeout().toSeconds()));
            } else if (older(nowNanos, spokeNanos, settings.heartbeat())) {
                spokeNanos = nowNanos;
                speak = true;
            }
        } finally {
            lock.unlock();
        }
        if (speak) {
            sender.alive();
        }
        finishIfOver();
    }

    @Override
    public Optional<byte[]> next() throws IOException, InterruptedException {
        long acknowledge = -1;
        Optional<byte[]> piece = Optional.empty();
        lock.lockInterruptibly();
        try {
            awaitReadable();
            if (closed) {
                throw new BrokenStreamException("The answer of %s was given up".formatted(flow));
            }
            if (!waiting.isEmpty()) {
                piece = Optional.of(take());
                acknowledge = due();
            } else if (complete) {
                over = true;
            } else {
                throw broken.orElseThrow();
            }
        } finally {
            lock.unlock();
        }
        if (acknowledge >= 0) {
            sender.acknowledge(acknowledge);
        }
        if (piece.isEmpty()) {
            finishIfOver();
        }
        return piece;
    }

    private void awaitReadable() throws InterruptedException {
        readingSinceNanos = System.nanoTime();
        reading = true;
        try {
            while (!readable()) {
                changed.await();
            }
        } finally {
            reading = false;
        }
    }

    private boolean readable() {
        return !waiting.isEmpty() || complete || closed || broken.isPresent();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!over && !complete && broken.isEmpty()) {
                cancelDue = true;
                reason = Departure.Reason.CALLER;
            }
            closed = true;
            over = true;
            waiting.clear();
            wake();
        } finally {
            lock.unlock();
        }
        finishIfOver();
    }

    /** Joins what already waits, so that a reader that is behind needs fewer writes; the first piece never waits. */
    private byte[] take() {
        byte[] first = waiting.poll();
        int length = first.length;
        int count = 1;
        for (var piece : waiting) {
            if (length + piece.length > settings.pieceMaxBytes()) {
                break;
            }
            length += piece.length;
            count++;
        }
        taken += count;
        takenBytes += length;
        waitingBytes -= length;
        if (count == 1) {
            return first;
        }
        byte[] joined = new byte[length];
        System.arraycopy(first, 0, joined, 0, first.length);
        int position = first.length;
        for (int i = 1; i < count; i++) {
            byte[] piece = waiting.poll();
            System.arraycopy(piece, 0, joined, position, piece.length);
            position += piece.length;
        }
        return joined;
    }

    /** The number to acknowledge when half a window was taken since the last time; -1 otherwise. */
    private long due() {
        if (complete
                || (taken - acknowledged < settings.windowPieces() / 2
                        && takenBytes - acknowledgedBytes < settings.windowBytes() / 2)) {
            return -1;
        }
        acknowledged = taken;
        acknowledgedBytes = takenBytes;
        spokeNanos = System.nanoTime();
        return taken;
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            if (over || broken.isPresent()) {
                return;
            }
            heardNanos = System.nanoTime();
            change.run();
            wake();
        } finally {
            lock.unlock();
        }
        finishIfOver();
    }

    private void breakUp(String reason) {
        broken = Optional.of(new BrokenStreamException(reason));
        cancelDue = true;
        wake();
    }

    private void wake() {
        if (reading && readable()) {
            changed.signal();
        }
    }

    /** Tells the sender side once that this stream needs its address no more. */
    private void finishIfOver() {
        boolean cancel;
        boolean tell;
        Departure.Reason why;
        lock.lock();
        try {
            cancel = cancelDue;
            why = reason;
            cancelDue = false;
            tell = !finished && (over || complete || broken.isPresent());
            finished |= tell;
        } finally {
            lock.unlock();
        }
        if (cancel) {
            sender.cancel(why);
        }
        if (tell) {
            sender.finished();
        }
    }

    private static boolean older(long now, long then, Duration limit) {
        return now - then > limit.toNanos();
    }
}
