package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One HTTP exchange with a provider: callbacks of one event loop on one side, one waiting thread on the other.
 *
 * <p>The event loop puts items into the inbox, from which the reader takes them without a timer, because a watch on the
 * event loop ({@link #check}) ends exchanges whose time is over. Fields without {@code volatile} belong to the
 * event loop. A stream's inbox is bounded: the connection is paused while the reader is behind, and no limit on the
 * provider runs while there is something that the reader has not taken.
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
        SENDING,
        WAITING,
        STREAMING,
        FINISHING,
        OVER
    }

    private static final byte[] NONE = {};
    private static final Details CALL_OVER = Details.NONE.with(Sign.CALL_OVER);
    private static final Details LET_GO = Details.NONE.with(Sign.LET_GO);
    private static final int PART_MAX_BYTES = 64 * 1024;

    /**
     * What one exchange may hold.
     *
     * @param stream whether an event stream is asked for
     * @param bodyMaxBytes largest whole answer
     * @param bufferMaxBytes of a stream, that wait for its reader
     */
    record Limits(boolean stream, int bodyMaxBytes, int bufferMaxBytes) {}

    private final Context context;
    private final UpstreamPool pool;
    private final UpstreamTimes times;
    private final Limits limits;
    private final String requestId;
    private final long started = System.nanoTime();
    private final UpstreamInbox inbox;

    private volatile Phase phase = Phase.CONNECTING;
    private volatile long deadline;
    /** When the time of this attempt is over, whatever the call has left. */
    private volatile long ownDeadline;

    private final StreamSilence silence;
    private volatile boolean paused;
    /** Nothing as soon as it is sent: the answer may be a long stream. */
    private byte[] body;

    /** When there was content. What else comes, such as pings, is nothing that a reader hands on. */
    private volatile long contentAt;
    /** When its reader was told that there is none. */
    private long quietAt;

    private boolean closed;
    private boolean reused;
    private UsedConnection connection;
    private HttpClientRequest request;
    private HttpClientResponse response;
    private final List<Buffer> collected = new ArrayList<>();
    private int collectedBytes;

    /**
     * An exchange that is not begun yet.
     *
     * @param pool which has given a place to this exchange, and gets it back at its end
     * @param requestId as the provider is told it; empty for none
     */
    UpstreamExchange(
            Context context, UpstreamPool pool, UpstreamTimes times, Limits limits, String requestId, byte[] body) {
        this.context = context;
        this.pool = pool;
        this.times = times;
        this.limits = limits;
        this.requestId = requestId;
        this.body = body;
        this.inbox = new UpstreamInbox(limits.bufferMaxBytes(), this::resumeSoon);
        this.silence = new StreamSilence(times.idle(), times.pingedIdle());
        this.ownDeadline = started + times.connect();
        this.deadline = sooner(ownDeadline, times.answerBy());
        pool.sent().add(requestId);
    }

    /** Sends the request when there is a connection; called once, from any thread. */
    void start(Consumer<Handler<AsyncResult<HttpClientRequest>>> connecting) {
        context.runOnContext(ignored -> connecting.accept(this::connected));
    }

    private void connected(AsyncResult<HttpClientRequest> connected) {
        if (connected.failed()) {
            fail(connected.cause());
        } else if (phase == Phase.OVER) {
            connected.result().exceptionHandler(late -> {}).reset();
        } else {
            reused = pool.use(connected.result().connection());
            connection = UsedConnection.of(connected.result().connection());
            send(connected.result());
        }
    }

    private void send(HttpClientRequest connected) {
        request = connected;
        request.exceptionHandler(failure -> {});
        request.response().onSuccess(this::receive).onFailure(this::fail);
        if (body.length <= PART_MAX_BYTES) {
            awaitAnswer();
            request.end(WireBytes.sent(body)).onFailure(this::fail);
            body = NONE;
        } else {
            phase = Phase.SENDING;
            request.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
            sendPart(0);
        }
    }

    /** Sends a large request in parts, so that a provider that takes none any more is noticed. */
    private void sendPart(int from) {
        if (phase != Phase.SENDING) {
            return;
        }
        ownDeadline = System.nanoTime() + times.write();
        deadline = sooner(ownDeadline, times.answerBy());
        int length = Math.min(PART_MAX_BYTES, body.length - from);
        var part = Buffer.buffer(length).appendBytes(body, from, length);
        if (from + length == body.length) {
            body = NONE;
            request.end(part).onSuccess(ignored -> {
                if (phase == Phase.SENDING) {
                    awaitAnswer();
                }
            });
        } else {
            request.write(part).onSuccess(ignored -> sendPart(from + length));
        }
    }

    private void awaitAnswer() {
        phase = Phase.WAITING;
        long now = System.nanoTime();
        ownDeadline = now + (limits.stream() ? times.firstToken() : times.whole());
        deadline = sooner(ownDeadline, times.answerBy());
    }

    private static long sooner(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private void receive(HttpClientResponse received) {
        if (phase == Phase.OVER) {
            return;
        }
        var head = new AnswerHead(received);
        if (head.answersAnother(requestId, pool.sent())) {
            received.exceptionHandler(late -> {});
            end(WireFailure.notReached("the answer of another request", reused));
            return;
        }
        response = received;
        response.exceptionHandler(this::fail);
        if (received.statusCode() == 200 && head.eventStream()) {
            if (!head.encoding().isEmpty()) {
                end(WireFailure.unreadable("a compressed stream, which was not asked for"));
                return;
            }
            phase = Phase.STREAMING;
            quietAt = System.nanoTime();
            silence.open(quietAt);
            if (times.patient()) {
                // Nobody else can be asked, and this provider is there: its first content is worth waiting for.
                deadline = times.answerBy();
            }
            response.handler(this::receiveStreamed).endHandler(ignored -> finish(Signal.END));
            inbox.put(new UpstreamAnswer.Streamed(this));
        } else {
            response.handler(this::receiveWhole).endHandler(ignored -> {
                var hint = received.statusCode() < 300
                        ? Optional.<Duration>empty()
                        : RetryHint.of(name -> Optional.ofNullable(received.getHeader(name)), Instant.now());
                finish(new UpstreamAnswer.Whole(
                        received.statusCode(), new UpstreamBody(collected, collectedBytes, head.encoding()), hint));
            });
        }
    }

    private void receiveWhole(Buffer bytes) {
        collectedBytes += bytes.length();
        if (collectedBytes > limits.bodyMaxBytes()) {
            collected.clear();
            end(new ProviderFailure(
                    Kind.BROKEN,
                    "the answer is larger than " + limits.bodyMaxBytes() + " bytes",
                    LET_GO.with(Sign.LASTING)));
        } else if (phase != Phase.OVER) {
            collected.add(bytes);
        }
    }

    private void receiveStreamed(Buffer bytes) {
        if (closed || (phase != Phase.STREAMING && phase != Phase.FINISHING)) {
            return;
        }
        silence.arrived(System.nanoTime());
        byte[] piece = WireBytes.received(bytes);
        if (!inbox.fits(piece.length) && !paused) {
            pause();
        }
        inbox.put(piece);
    }

    private void fail(Throwable cause) {
        if (response == null) {
            boolean begun = connection != null && connection.begun();
            end(begun ? WireFailure.begun(cause) : WireFailure.before(cause, reused));
        } else {
            end(limits.stream() && silence.begun() ? WireFailure.after(cause) : WireFailure.during(cause));
        }
    }

    /** The proper end, told by the provider. */
    private void finish(Object last) {
        if (phase != Phase.OVER) {
            over();
            inbox.put(last);
        }
    }

    private void over() {
        phase = Phase.OVER;
        pool.places().giveBack(limits.stream());
    }

    /** Ends the exchange from our side, on the event loop; the connection is closed and not used again. */
    private void end(Object last) {
        if (phase != Phase.OVER) {
            over();
            inbox.put(last);
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
        boolean finishing = phase == Phase.FINISHING;
        boolean behind = paused || (streaming && inbox.unread());
        if (streaming || finishing) {
            silence.look(now, behind);
        }
        boolean callOver = now - times.endBy() > 0;
        if (streaming && callOver) {
            end(new ProviderFailure(Kind.BROKEN, "the stream took too long", LET_GO.with(Sign.CALL_OVER)));
        } else if (finishing && callOver) {
            // What follows the content is worth no more time than the call has.
            end(Signal.END);
        } else if (!behind && tooLate(now)) {
            end(finishing ? Signal.END : tooSilent());
        } else if (streaming && silence.begun() && !behind && quietForLong(now)) {
            quietAt = now;
            inbox.put(Signal.QUIET);
        }
        return phase != Phase.OVER;
    }

    private boolean quietForLong(long now) {
        return now - contentAt > times.keepAlive() && now - quietAt > times.keepAlive();
    }

    private boolean tooLate(long now) {
        boolean begun = phase == Phase.STREAMING && silence.begun();
        return begun ? silence.tooLong(now) : silence.time(now) - deadline > 0;
    }

    private ProviderFailure tooSilent() {
        return switch (phase) {
            case CONNECTING -> tooSilent("no connection in time");
            case SENDING -> tooSilent("the request was not taken in time");
            case WAITING -> tooSilent("no answer in time");
            case STREAMING ->
                silence.begun()
                        ? new ProviderFailure(Kind.BROKEN, "no further piece in time", LET_GO.with(Sign.STALLED))
                        : tooSilent("no content in time");
            case FINISHING, OVER -> new ProviderFailure(Kind.BROKEN, "no end in time", LET_GO);
        };
    }

    private ProviderFailure tooSilent(String message) {
        boolean callOver = System.nanoTime() - ownDeadline < 0;
        return new ProviderFailure(Kind.SILENT, message, callOver ? CALL_OVER : Details.NONE);
    }

    /** Moment by which the call must have an answer. */
    long answerBy() {
        return times.answerBy();
    }

    Context context() {
        return context;
    }

    /** Content has come: from now on the limit between two pieces counts. */
    void content() {
        contentAt = System.nanoTime();
        silence.content(contentAt);
    }

    /** All content has come: the rest is waited for briefly, and its absence is the end like any other. */
    void expectEnd() {
        context.runOnContext(ignored -> {
            if (phase == Phase.STREAMING) {
                deadline = silence.time(System.nanoTime()) + times.finish();
                phase = Phase.FINISHING;
            }
        });
    }

    /** Bytes, an answer, signals or a failure, in the order in which they came. */
    UpstreamInbox inbox() {
        return inbox;
    }

    private void pause() {
        paused = true;
        response.pause();
        connection.holdBack();
    }

    private void resumeSoon() {
        if (paused) {
            context.runOnContext(ignored -> resume());
        }
    }

    private void resume() {
        if (paused && phase != Phase.OVER) {
            paused = false;
            response.resume();
            // Only after what waited already, which may be too much again.
            context.runOnContext(ignored -> {
                if (!paused) {
                    connection.readOn();
                }
            });
        }
    }

    /** Ends the exchange with a failure of our own. Any thread. */
    void stop(ProviderFailure failure) {
        context.runOnContext(ignored -> end(failure));
    }

    /** Nobody reads any more: closes the connection, or lets it finish when all content has come. */
    void close() {
        context.runOnContext(ignored -> {
            closed = true;
            if (phase != Phase.FINISHING || paused) {
                end(Signal.CLOSED);
            }
        });
    }
}
