package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Kind;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One HTTP exchange with a provider: callbacks of one event loop on one side, one waiting thread on the other.
 *
 * <p>The event loop puts items into the inbox and wakes the reader; the reader parks without a timer, because a watch
 * on the event loop ({@link #check}) ends exchanges whose time is over. Fields without {@code volatile} belong to the
 * event loop. A stream's inbox is bounded: the connection is paused while the reader is behind.
 */
final class UpstreamExchange {

    /** What the inbox holds beside bytes, answers and failures. */
    enum Signal {
        END,
        QUIET,
        CLOSED
    }

    private enum Phase {
        CONNECTING,
        WAITING,
        STREAMING,
        FINISHING,
        OVER
    }

    private static final int INBOX_MAX_BYTES = 256 * 1024;

    private final Context context;
    private final UpstreamTimes times;
    private final boolean stream;
    private final byte[] body;
    private final ConcurrentLinkedQueue<Object> inbox = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inboxBytes = new AtomicInteger();

    private volatile Thread reader;
    private volatile Phase phase = Phase.CONNECTING;
    private volatile long deadline;
    private volatile boolean begun;
    private volatile boolean paused;
    private long streamEnd;
    private long lastArrival;
    private boolean again;
    private HttpClientRequest request;
    private HttpClientResponse response;
    private Buffer collected;

    UpstreamExchange(Context context, UpstreamTimes times, boolean stream, byte[] body) {
        this.context = context;
        this.times = times;
        this.stream = stream;
        this.body = body;
        this.deadline = System.nanoTime() + times.connect();
    }

    /** Sends the request; called once, from any thread. */
    void start(HttpClient client, RequestOptions options, Set<HttpConnection> usedConnections) {
        context.runOnContext(ignored -> connect(client, options, usedConnections));
    }

    private void connect(HttpClient client, RequestOptions options, Set<HttpConnection> usedConnections) {
        client.request(options).onComplete(connected -> {
            if (connected.failed()) {
                fail(connected.cause());
            } else if (phase == Phase.OVER) {
                connected.result().exceptionHandler(late -> {}).reset();
            } else {
                boolean used = !usedConnections.add(connected.result().connection());
                send(connected.result(), failure -> {
                    if (used && !again && response == null && phase == Phase.WAITING) {
                        // The provider closed an idle connection just when it was used again.
                        again = true;
                        connect(client, options, usedConnections);
                    } else {
                        fail(failure);
                    }
                });
            }
        });
    }

    private void send(HttpClientRequest connected, Handler<Throwable> failed) {
        request = connected;
        phase = Phase.WAITING;
        deadline = System.nanoTime() + (stream ? times.firstToken() : times.whole());
        request.exceptionHandler(failure -> {});
        request.response().onSuccess(this::receive).onFailure(failed);
        request.end(Buffer.buffer(body));
    }

    private void receive(HttpClientResponse received) {
        if (phase == Phase.OVER) {
            return;
        }
        response = received;
        response.exceptionHandler(this::fail);
        if (stream && received.statusCode() == 200 && isEventStream(received)) {
            phase = Phase.STREAMING;
            streamEnd = System.nanoTime() + times.stream();
            response.handler(this::receiveStreamed).endHandler(ignored -> finish(Signal.END));
            put(new UpstreamAnswer.Streamed(this));
        } else {
            collected = Buffer.buffer();
            response.handler(this::receiveWhole).endHandler(ignored -> {
                finish(new UpstreamAnswer.Whole(received.statusCode(), collected));
            });
        }
    }

    private static boolean isEventStream(HttpClientResponse received) {
        var type = received.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.regionMatches(true, 0, "text/event-stream", 0, 17);
    }

    private void receiveWhole(Buffer bytes) {
        if (collected.length() + bytes.length() > times.bodyMaxBytes()) {
            end(new ProviderFailure(Kind.BROKEN, "the answer is larger than " + times.bodyMaxBytes() + " bytes"));
        } else {
            collected.appendBuffer(bytes);
        }
    }

    private void receiveStreamed(Buffer bytes) {
        if (phase != Phase.STREAMING && phase != Phase.FINISHING) {
            return;
        }
        lastArrival = System.nanoTime();
        if (begun && phase == Phase.STREAMING) {
            deadline = lastArrival + times.idle();
        }
        byte[] copy = bytes.getBytes();
        if (inboxBytes.addAndGet(copy.length) > INBOX_MAX_BYTES && !paused) {
            paused = true;
            response.pause();
        }
        put(copy);
    }

    private void fail(Throwable cause) {
        var kind = cause instanceof ConnectionPoolTooBusyException
                ? Kind.LOCAL
                : response == null ? Kind.CONNECT : Kind.BROKEN;
        end(new ProviderFailure(kind, cause.getClass().getSimpleName() + ": " + cause.getMessage()));
    }

    /** The proper end, told by the provider. */
    private void finish(Object last) {
        if (phase != Phase.OVER) {
            phase = Phase.OVER;
            put(last);
        }
    }

    /** Ends the exchange from our side, on the event loop; the connection is closed and not used again. */
    private void end(Object last) {
        if (phase != Phase.OVER) {
            phase = Phase.OVER;
            put(last);
            if (request != null) {
                request.reset();
            }
        }
    }

    /** Ends what has taken too long; called by the watch, on the event loop of the exchange. */
    boolean check(long now) {
        if (phase == Phase.OVER) {
            return false;
        }
        boolean streaming = phase == Phase.STREAMING;
        if (streaming && now - streamEnd > 0) {
            end(new ProviderFailure(Kind.BROKEN, "the stream took too long"));
        } else if (now - deadline > 0 && !paused) {
            end(phase == Phase.FINISHING ? Signal.END : new ProviderFailure(kindOfSilence(), "no answer in time"));
        } else if (streaming && begun && !paused && now - lastArrival > times.keepAlive()) {
            lastArrival = now;
            put(Signal.QUIET);
        }
        return phase != Phase.OVER;
    }

    private Kind kindOfSilence() {
        return switch (phase) {
            case CONNECTING -> Kind.CONNECT;
            case WAITING -> Kind.SILENT;
            case STREAMING -> begun ? Kind.BROKEN : Kind.SILENT;
            case FINISHING, OVER -> Kind.BROKEN;
        };
    }

    Context context() {
        return context;
    }

    private void put(Object item) {
        inbox.add(item);
        var waiting = reader;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /** The first content has come: from now on the limit between two pieces counts. */
    void begin() {
        deadline = System.nanoTime() + times.idle();
        begun = true;
    }

    /** All content has come: the rest is waited for briefly, and its absence is the end like any other. */
    void expectEnd() {
        context.runOnContext(ignored -> {
            if (phase == Phase.STREAMING) {
                deadline = System.nanoTime() + times.finish();
                phase = Phase.FINISHING;
            }
        });
    }

    /** Waits for the next item: bytes, an answer, a signal or a failure. */
    Object take() throws InterruptedException {
        Object item = poll();
        if (item != null) {
            return item;
        }
        reader = Thread.currentThread();
        try {
            while ((item = poll()) == null) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException("told to stop while waiting for a model provider");
                }
            }
            return item;
        } finally {
            reader = null;
        }
    }

    /** The next bytes, if they are there; null when something else is next or nothing is. */
    byte[] pollBytes() {
        return inbox.peek() instanceof byte[] ? (byte[]) poll() : null;
    }

    private Object poll() {
        Object item = inbox.poll();
        if (item instanceof byte[] bytes && inboxBytes.addAndGet(-bytes.length) <= INBOX_MAX_BYTES / 2 && paused) {
            context.runOnContext(ignored -> resume());
        }
        return item;
    }

    private void resume() {
        if (paused && phase != Phase.OVER) {
            paused = false;
            deadline = System.nanoTime() + (phase == Phase.FINISHING ? times.finish() : times.idle());
            response.resume();
        }
    }

    /** Nobody reads any more: closes the connection, or lets it finish when all content has come. */
    void close() {
        context.runOnContext(ignored -> {
            if (phase == Phase.FINISHING) {
                if (paused) {
                    end(Signal.CLOSED);
                }
            } else {
                end(Signal.CLOSED);
            }
        });
    }
}
