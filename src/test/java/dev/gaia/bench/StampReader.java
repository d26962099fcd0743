package dev.gaia.bench;

import io.vertx.core.buffer.Buffer;

/**
 * Finds the stamps {@code <index>@<nanoseconds>} that the fake provider puts into its tokens, whatever frames a gateway
 * puts around them and wherever the network cuts. A stamp that a frame repeats is counted once; a token that is missing
 * stops the count, since every later one then has an unexpected index.
 */
final class StampReader {

    /** Told of every token in order, with the {@link System#nanoTime()} at which it was sent. */
    interface Listener {
        void token(int index, long sentNanos);
    }

    private final Listener listener;
    private long number;
    private boolean digits;
    private long index = -1;
    private int expected;

    StampReader(Listener listener) {
        this.listener = listener;
    }

    /** Tokens found so far. */
    int tokens() {
        return expected;
    }

    void read(Buffer piece) {
        for (int position = 0; position < piece.length(); position++) {
            byte symbol = piece.getByte(position);
            if (symbol >= '0' && symbol <= '9') {
                number = digits ? 10 * number + symbol - '0' : symbol - '0';
                digits = true;
            } else {
                endOfNumber(symbol);
            }
        }
    }

    private void endOfNumber(byte symbol) {
        if (symbol == '@' && digits) {
            index = number;
        } else if (index >= 0) {
            if (digits && index == expected) {
                expected++;
                listener.token((int) index, number);
            }
            index = -1;
        }
        digits = false;
    }
}
