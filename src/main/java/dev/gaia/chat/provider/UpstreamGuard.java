package dev.gaia.chat.provider;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Keeps what nobody asked for away from Vert.x: interim answers, which it would take for the answer, and whatever comes
 * while no request is under way, which ends the connection, so that it never answers the next request.
 */
final class UpstreamGuard extends ChannelDuplexHandler {

    private boolean underWay;
    private boolean interim;
    private boolean poisoned;

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof HttpRequest) {
            underWay = true;
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
        }
        super.channelRead(context, message);
    }
}
