package dev.gaia.gateway.edge;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;

/** Bytes as Vert.x writes them, without the copy its public factory makes. */
final class Bytes {

    private Bytes() {}

    /** The array itself; it must not be changed afterwards. */
    static Buffer wrap(byte[] bytes) {
        return BufferImpl.buffer(Unpooled.wrappedBuffer(bytes));
    }
}
