package dev.gaia.gateway.edge;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * One request and its answer. Belongs to the event loop of its connection until {@link #run} hands it to a thread; what
 * both sides touch afterwards is volatile or goes through {@link #onLoop}.
 */
final class Call {

    private static final HttpDate DATE = new HttpDate(Clock.systemUTC());

    private final long start = System.nanoTime();
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Connection connection;
    private final Admission admission;
    private final String id;
    private final String method;
    private String path = "-";
    private String origin = "";
    private Optional<Operation> operation = Optional.empty();
    private Map<String, String> pathValues = Map.of();
    private Optional<RequestBody> receiving = Optional.empty();
    private Optional<RequestBody> body = Optional.empty();
    private Optional<IncomingBody> incoming = Optional.empty();
    private Optional<FailureRoute> failureRoute = Optional.empty();
    private boolean admitted;
    private boolean refused;
    private boolean ended;
    private boolean closing;
    private BooleanSupplier streamProbe = () -> true;
    private volatile boolean left;
    private volatile Optional<ExchangeThread> thread = Optional.empty();

    Call(HttpServerRequest request, String id, Admission admission) {
        this.request = request;
        this.response = request.response();
        this.id = id;
        this.admission = admission;
        this.method = request.method().name();
        this.connection = Connection.of(request.connection());
        connection.begin(this);
        response.closeHandler(closed -> leave());
    }

    // What the request is.

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return response;
    }

    Connection connection() {
        return connection;
    }

    Admission admission() {
        return admission;
    }

    String id() {
        return id;
    }

    String method() {
        return method;
    }

    String target() {
        return request.uri();
    }

    /** Normal form of the path; a dash when it has none. */
    String path() {
        return path;
    }

    Operation operation() {
        return operation.orElseThrow();
    }

    Map<String, String> pathValues() {
        return pathValues;
    }

    void path(String normal) {
        path = normal;
    }

    void matched(Operation found, List<String> values) {
        operation = Optional.of(found);
        pathValues = found.named(values);
    }

    /** Who words what the edge refuses from here on. */
    void failuresBy(Optional<FailureRoute> route) {
        failureRoute = route;
    }

    void allowOrigin(String allowed) {
        origin = allowed;
    }

    void admitted() {
        admitted = true;
    }

    // The body, on the event loop.

    void receive(RequestBody target, String tooLarge, ExchangeRunner runner) {
        receiving = Optional.of(target);
        body = receiving;
        request.handler(piece -> {
            if (receiving.isEmpty()) {
                return;
            }
            switch (target.take(piece)) {
                case TOO_LARGE -> refuseAndClose(FailureCode.GATEWAY_BODY_TOO_LARGE, tooLarge);
                case NO_MEMORY -> refuseAndClose(FailureCode.GATEWAY_OVERLOADED);
                case TAKEN -> {}
            }
        });
        request.endHandler(whole -> {
            if (receiving.isPresent()) {
                receiving = Optional.empty();
                runner.start(this, target.bytes());
            }
        });
    }

    /** Lets the route read the body while it arrives. */
    void receive(IncomingBody target, ExchangeRunner runner) {
        incoming = Optional.of(target);
        runner.start(this, target);
    }

    boolean receiving() {
        return receiving.isPresent()
                || incoming.filter(target -> !target.whole()).isPresent();
    }

    /** Refuses a body that does not arrive in time. */
    void checkBody(long now, long timeoutNanos) {
        if (now - start > timeoutNanos && receiving()) {
            refuseBody(FailureCode.GATEWAY_REQUEST_TIMEOUT);
        }
    }

    /** Refuses a body that is not what it should be: here, or through the route that reads it. */
    void refuseBody(FailureCode code) {
        incoming.ifPresentOrElse(target -> target.fail(code), () -> refuseAndClose(code));
    }

    // Answers made by the edge, on the event loop.

    void refuse(FailureCode code) {
        refuse(code, code.sentence());
    }

    void refuseAndClose(FailureCode code) {
        refuseAndClose(code, code.sentence());
    }

    /** Answers and closes, because what the client still sends on this connection cannot be trusted or used. */
    void refuseAndClose(FailureCode code, String detail) {
        closing = true;
        refuse(code, detail);
    }

    private void refuse(FailureCode code, String detail) {
        if (ended || refused || response.headWritten()) {
            return;
        }
        refused = true;
        if (code.status() == 503) {
            response.headers().set(AnswerHeaders.RETRY_AFTER, "1");
        }
        if (failureRoute.isEmpty()) {
            refusePlainly(code, detail);
            return;
        }
        closing |= receiving();
        receiving = Optional.empty();
        // A virtual thread, since an integrator may have a step in that route which waits.
        Thread.startVirtualThread(() -> failureRoute
                .flatMap(route -> route.answer(Failure.of(code, detail), id))
                .ifPresentOrElse(
                        document -> Answers.whole(this, document, Map.of(), Integer.MAX_VALUE),
                        () -> onLoop(() -> refusePlainly(code, detail))));
    }

    private void refusePlainly(FailureCode code, String detail) {
        response.headers().set(AnswerHeaders.CONTENT_TYPE, AnswerHeaders.JSON);
        answer(code.status(), Documents.detail(detail).getBytes(StandardCharsets.UTF_8));
    }

    void answerText(int status, String text) {
        response.headers().set(AnswerHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        answer(status, text.getBytes(StandardCharsets.UTF_8));
    }

    private void answer(int status, byte[] document) {
        response.setStatusCode(status);
        end(document, "-");
    }

    // Answers of a route, handed over by its thread.

    /** Sets the headers every answer has. The route's own headers are set already. */
    void setCommonHeaders() {
        var headers = response.headers();
        headers.set(AnswerHeaders.DATE, DATE.now());
        headers.set(AnswerHeaders.REQUEST_ID, id);
        headers.set(AnswerHeaders.CONTENT_TYPE_OPTIONS, AnswerHeaders.NOSNIFF);
        if (!origin.isEmpty()) {
            Cors.allow(origin, headers);
        }
        if (admission.draining() || request.version() == HttpVersion.HTTP_1_0) {
            closing = true;
        }
        if (closing || receiving()) {
            closing = true;
            connection.takeNoMore();
            headers.set(AnswerHeaders.CONNECTION, AnswerHeaders.CLOSE);
        }
    }

    /** Ends the answer with a whole body. On the event loop. */
    void end(byte[] whole, String caller) {
        if (!ended && !left) {
            setCommonHeaders();
            response.end(Bytes.wrap(whole));
        }
        finish(caller, left ? RequestLog.CLIENT_LEFT : response.getStatusCode(), whole.length);
    }

    /** Gives everything back and writes the log line. On the event loop, harmless when repeated. */
    void finish(String caller, int status, long bytes) {
        if (ended) {
            return;
        }
        ended = true;
        receiving = Optional.empty();
        body.ifPresent(RequestBody::release);
        if (admitted) {
            admission.leave();
        }
        if (RequestLog.enabled()) {
            String route = operation.map(Operation::routeId).orElse("-");
            RequestLog.write(id, caller, route, method, path, status, System.nanoTime() - start, bytes);
        }
        connection.end(this);
        incoming.filter(target -> !target.whole()).ifPresent(IncomingBody::discard);
        if (closing) {
            connection.closeAfterAnswer(request.isEnded());
        }
    }

    void onLoop(Runnable action) {
        connection.channel().eventLoop().execute(action);
    }

    void run(ExchangeThread started) {
        thread = Optional.of(started);
        started.start();
    }

    // The client leaves, or has to.

    /** True when nobody reads the answer any more. Any thread. */
    boolean left() {
        return left;
    }

    void writabilityChanged() {
        thread.ifPresent(ExchangeThread::wake);
    }

    void abort() {
        connection.close();
    }

    /** Says how to write to a client between two pieces of a stream. On the event loop. */
    void probeBy(BooleanSupplier probe) {
        streamProbe = probe;
    }

    /**
     * Writes something that means nothing to a client that ended its side, so that its machine tells whether it is
     * still there. False when nothing can be written now. On the event loop.
     */
    boolean probe() {
        if (ended || left) {
            return true;
        }
        if (response.headWritten()) {
            return streamProbe.getAsBoolean();
        }
        // A client of version 1.0 knows no interim answers.
        if (request.version() == HttpVersion.HTTP_1_0) {
            return false;
        }
        response.writeContinue();
        return true;
    }

    private void leave() {
        if (ended) {
            return;
        }
        left = true;
        if (thread.isPresent()) {
            thread.get().stop();
        } else {
            finish("-", RequestLog.CLIENT_LEFT, 0);
        }
    }
}
