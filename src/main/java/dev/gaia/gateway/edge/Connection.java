package dev.gaia.gateway.edge;

import dev.gaia.error.FailureCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One client connection: decodes its requests and knows since when it waits for what. Takes the place of Vert.x's own
 * decoder, because only a decoder sees the first byte of a request and both framing headers of a smuggled one.
 *
 * <p>Used on the connection's event loop only, except for {@link #writable()}.
 */
final class Connection extends VertxHttpRequestDecoder {

    private static final AttributeKey<Connection> KEY = AttributeKey.valueOf(Connection.class, "edge");
    private static final String DECODER = "httpDecoder";

    /** Bytes that the kernel takes before it can send them. */
    private static final long UNSENT_MAX_BYTES = 16 * 1024;

    /** Bytes that wait in this process; a client that is further behind is not written to. */
    private static final WriteBufferWaterMark WAITING = new WriteBufferWaterMark(16 * 1024, 32 * 1024);

    /** Two of them find a client that left: the first makes its machine say so, the second notices. */
    private static final long PROBE_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    /** What can be written nothing to for that long counts as gone. */
    private static final long UNPROBED_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long NEXT_REQUEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final EventLoopConnections loop;
    private final EdgeLimits limits;
    private final Channel channel;
    private final String clientAddress;
    private Optional<Call> current = Optional.empty();
    private Optional<Runnable> postponed = Optional.empty();
    private long idleSince = System.nanoTime();
    private long headSince;
    private long stalledSince;
    private long stalledBytes;
    private boolean closing;
    private boolean lingering;
    private boolean inputEnded;
    private long probedAt;

    private Connection(
            HttpServerOptions options,
            EventLoopConnections loop,
            EdgeLimits limits,
            Channel channel,
            String clientAddress) {
        super(options);
        this.loop = loop;
        this.limits = limits;
        this.channel = channel;
        this.clientAddress = clientAddress;
    }

    /** Takes over a connection that was just accepted. */
    static void open(HttpConnection accepted, HttpServerOptions options, EventLoopConnections loop, EdgeLimits limits) {
        Channel channel = ((ConnectionBase) accepted).channel();
        String address =
                accepted.remoteAddress() == null ? "" : accepted.remoteAddress().hostAddress();
        var connection = new Connection(options, loop, limits, channel, address);
        if (!loop.add(connection)) {
            connection.close();
            return;
        }
        // A client that resets its connection is no fault of ours.
        accepted.exceptionHandler(reset -> {});
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config().setWriteBufferWaterMark(WAITING);
        if (channel instanceof EpollSocketChannel) {
            // Else the kernel takes megabytes for a client that reads nothing.
            channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_MAX_BYTES);
        }
        channel.attr(KEY).set(connection);
        channel.pipeline().replace(DECODER, DECODER, connection);
    }

    static Connection of(HttpConnection connection) {
        return ((ConnectionBase) connection).channel().attr(KEY).get();
    }

    Channel channel() {
        return channel;
    }

    String clientAddress() {
        return clientAddress;
    }

    void begin(Call call) {
        current = Optional.of(call);
        headSince = 0;
    }

    void end(Call call) {
        if (current.isPresent() && current.get() == call) {
            current = Optional.empty();
            idleSince = System.nanoTime();
        }
    }

    /** Does this when the client has taken what was answered before. */
    void whenWritable(Runnable action) {
        postponed = Optional.of(action);
    }

    /** False while the client has not taken enough of what was written before. Any thread. */
    boolean writable() {
        return channel.isWritable();
    }

    /** True when the client still has bytes to take. */
    boolean unsent() {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer != null && buffer.totalPendingWriteBytes() > 0;
    }

    /** Lets no further request of this connection in; the answer in progress is its last. */
    void takeNoMore() {
        closing = true;
    }

    boolean takesNoMore() {
        return closing;
    }

    /**
     * Closes after the last answer. What the client still sends is thrown away for a moment if it had not sent
     * everything, since closing at once would reset the connection and destroy the answer on its way.
     */
    void closeAfterAnswer(boolean wholeRequest) {
        if (wholeRequest) {
            flushAndClose();
        } else {
            lingering = true;
            idleSince = System.nanoTime();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private void flushAndClose() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /** Ends whatever waited too long. Called a few times a second. */
    void check(long now) {
        if (!channel.isWritable()) {
            checkStall(now);
        } else {
            stalledSince = 0;
        }
        if (inputEnded) {
            checkHalfClosed(now);
        } else if (lingering) {
            closeWhen(now - idleSince > EventLoopConnections.LINGER_NANOS);
        } else if (current.isPresent()) {
            current.get().checkBody(now, limits.bodyTimeout().toNanos());
        } else if (headSince != 0) {
            if (now - headSince > limits.headTimeout().toNanos()) {
                refuseHead();
            }
        } else {
            closeWhen(now - idleSince > limits.idleTimeout().toNanos());
        }
    }

    private void checkStall(long now) {
        long waiting = channel.bytesBeforeWritable();
        if (stalledSince == 0 || waiting < stalledBytes) {
            stalledSince = now;
        }
        stalledBytes = waiting;
        closeWhen(now - stalledSince > limits.stallTimeout().toNanos());
    }

    /** A client that sends nothing more may still read its answer, or be gone: only what is written to it tells. */
    private void checkHalfClosed(long now) {
        if (current.isEmpty()) {
            if (now - idleSince > NEXT_REQUEST_NANOS) {
                flushAndClose();
            }
        } else if (now - probedAt > PROBE_NANOS) {
            if (current.get().probe()) {
                probedAt = now;
            } else {
                closeWhen(now - probedAt > UNPROBED_NANOS);
            }
        }
    }

    private void endInput() {
        inputEnded = true;
        if (current.isEmpty()) {
            flushAndClose();
        } else if (current.get().receiving()) {
            cut();
        } else {
            current.get().probe();
            probedAt = System.nanoTime();
        }
    }

    private void closeWhen(boolean due) {
        if (due) {
            cut();
        }
    }

    /** Closes when the client has taken what was written; nobody waits for the outcome. Any thread. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void close() {
        channel.close();
    }

    /** Closes at once, past Vert.x, which would first wait for a client that takes nothing. Any thread. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void cut() {
        var decoder = channel.pipeline().context(this);
        if (decoder != null) {
            decoder.close();
        }
    }

    /** There is no request yet that could be answered, so the bytes go out past the encoder. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void refuseHead() {
        String body = Documents.detail(FailureCode.GATEWAY_REQUEST_TIMEOUT);
        String answer = "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nConnection: close\r\n"
                + "Content-Length: " + body.length() + "\r\n\r\n" + body;
        channel.pipeline()
                .context(DECODER)
                .writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
                .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) throws Exception {
        if (lingering && current.isEmpty()) {
            ReferenceCountUtil.release(bytes);
            return;
        }
        if (headSince == 0 && current.isEmpty()) {
            headSince = System.nanoTime();
        }
        super.channelRead(context, bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        super.userEventTriggered(context, event);
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            endInput();
        }
    }

    /** Answers a chunk that is none; Vert.x would close without a word. */
    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        super.decode(context, in, out);
        if (!out.isEmpty()
                && out.get(out.size() - 1) instanceof HttpContent content
                && content.decoderResult().isFailure()
                && current.isPresent()
                && current.get().receiving()) {
            out.remove(out.size() - 1);
            current.get().refuseBody(FailureCode.GATEWAY_BAD_REQUEST);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
        current.ifPresent(Call::writabilityChanged);
        if (channel.isWritable() && postponed.isPresent()) {
            Runnable action = postponed.get();
            postponed = Optional.empty();
            action.run();
        }
        super.channelWritabilityChanged(context);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        loop.remove(this);
        super.channelInactive(context);
    }

    /** Netty would drop one of the two and go on; another program in front may have believed the other one. */
    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("Content-Length and Transfer-Encoding together");
    }
}
