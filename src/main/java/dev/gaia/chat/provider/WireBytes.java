package dev.gaia.chat.provider;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.buffer.impl.BufferImpl;

/** Bytes to and from Vert.x without the copies that its public methods make. */
final class WireBytes {

    private WireBytes() {}

    /** The array itself, to be sent; it must not be changed afterwards. */
    static Buffer sent(byte[] bytes) {
        return BufferImpl.buffer(Unpooled.wrappedBuffer(bytes));
    }

    /** What a handler was given, which nobody else reads: the array behind it, where there is one of that size. */
    static byte[] received(Buffer buffer) {
        var bytes = ((BufferImpl) buffer).byteBuf();
        boolean whole = bytes.hasArray()
                && bytes.arrayOffset() == 0
                && bytes.readerIndex() == 0
                && bytes.readableBytes() == bytes.array().length;
        return whole ? bytes.array() : buffer.getBytes();
    }
}
