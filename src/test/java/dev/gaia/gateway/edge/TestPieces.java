package dev.gaia.gateway.edge;

import dev.gaia.link.PieceStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** A stream whose pieces the test hands in one by one. */
final class TestPieces extends PieceStream {

    private static final byte[] END = new byte[0];
    private static final byte[] BREAK = new byte[0];

    private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger taken = new AtomicInteger();

    TestPieces put(String piece) {
        return put(piece.getBytes(StandardCharsets.UTF_8));
    }

    TestPieces put(byte[] piece) {
        pieces.add(piece);
        return this;
    }

    TestPieces end() {
        pieces.add(END);
        return this;
    }

    TestPieces breakOff() {
        pieces.add(BREAK);
        return this;
    }

    CountDownLatch closed() {
        return closed;
    }

    /** How many pieces the edge has read. */
    int taken() {
        return taken.get();
    }

    @Override
    @SuppressWarnings("ReferenceEquality")
    public Optional<byte[]> next() throws IOException, InterruptedException {
        byte[] piece = pieces.take();
        if (piece == END) {
            return Optional.empty();
        }
        if (piece == BREAK) {
            throw new IOException("the source broke");
        }
        taken.incrementAndGet();
        return Optional.of(piece);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
