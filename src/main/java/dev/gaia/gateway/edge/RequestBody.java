package dev.gaia.gateway.edge;

import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * Collects a request body up to the limit. Memory follows what has arrived and not what was announced, and everything
 * beyond the first 64 KiB counts against the bound of all bodies together.
 */
final class RequestBody {

    static final byte[] NONE = new byte[0];

    private static final int FREE_BYTES = 64 * 1024;

    private final Admission admission;
    private final int announced;
    private final int maxBytes;
    private byte[] bytes;
    private int length;
    private int held;

    enum Taken {
        TAKEN,
        TOO_LARGE,
        NO_MEMORY
    }

    /**
     * Prepares for a body.
     *
     * @param announced its {@code Content-Length} in bytes, 0 when unknown
     */
    RequestBody(int announced, int maxBytes, Admission admission) {
        this.announced = announced;
        this.maxBytes = maxBytes;
        this.admission = admission;
        this.bytes = new byte[Math.min(announced == 0 ? 1024 : announced, FREE_BYTES)];
    }

    Taken take(Buffer piece) {
        int needed = length + piece.length();
        if (needed < 0 || needed > maxBytes) {
            return Taken.TOO_LARGE;
        }
        if (needed > bytes.length && !grow(needed)) {
            return Taken.NO_MEMORY;
        }
        piece.getBytes(bytes, length);
        length = needed;
        return Taken.TAKEN;
    }

    private boolean grow(int needed) {
        int size = Math.max(needed, Math.min(maxBytes, bytes.length * 2));
        size = announced >= needed ? Math.min(size, announced) : size;
        int more = Math.max(0, size - FREE_BYTES) - held;
        if (more > 0 && !admission.hold(more)) {
            return false;
        }
        held += Math.max(0, more);
        bytes = Arrays.copyOf(bytes, size);
        return true;
    }

    byte[] bytes() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** Gives the memory back; once, when the request has ended. */
    void release() {
        admission.release(held);
        held = 0;
    }
}
