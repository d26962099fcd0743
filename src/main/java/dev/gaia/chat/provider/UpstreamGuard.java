package dev.gaia.chat.provider;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps what nobody asked for away from Vert.x: interim answers, which it would take for the answer, and whatever comes
 * while no request is under way, which ends the connection, so that it never answers the next request. Knows how far the
 * answer has come; that may be asked by any thread.
 */
final class UpstreamGuard extends ChannelDuplexHandler {

    /** Vert.x's own. */
    private static final String LAST_HANDLER = "handler";

    private volatile boolean begun;
    private final AtomicInteger answers = new AtomicInteger();
    private boolean underWay;
    private boolean interim;
    private boolean poisoned;

    /** Sees to it that a new connection has one. */
    static void add(ChannelPipeline pipeline) {
        var guard = new UpstreamGuard();
        pipeline.addBefore(LAST_HANDLER, "guard", guard);
        // Half a head is no answer yet to whoever reads answers.
        pipeline.addBefore(pipeline.context(HttpClientCodec.class).name(), "first-byte", guard.new FirstByte());
    }

    /** That of a connection; empty when the connection is closed already. */
    static Optional<UpstreamGuard> of(HttpConnection connection) {
        return Optional.ofNullable(
                ((ConnectionBase) connection).channel().pipeline().get(UpstreamGuard.class));
    }

    /** True when a byte of the answer has come, or of an interim one, to the request that was sent last. */
    boolean begun() {
        return begun;
    }

    /** Answers that have come whole. */
    int answers() {
        return answers.get();
    }

    private final class FirstByte extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            begun = true;
            super.channelRead(context, message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest) {
            underWay = true;
            begun = false;
        }
        super.write(context, message, promise);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (poisoned || !underWay) {
            poisoned = true;
            ReferenceCountUtil.release(message);
            context.close();
            return;
        }
        if (message instanceof HttpResponse head) {
            interim = head.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        if (interim) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof LastHttpContent) {
            underWay = false;
            begun = false;
            answers.incrementAndGet();
            // The connection may be used again at once, also while the reader of this answer is behind.
            context.channel().config().setAutoRead(true);
        }
        super.channelRead(context, message);
    }
}
