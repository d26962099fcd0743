package dev.gaia.gateway.edge;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.gateway.edge.PathOperations.Match;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;

/**
 * What happens to a request before a route sees it, on the event loop and in this order: framing, drain, preflight,
 * path, method, admission, body. Whoever fails a check is answered here.
 */
final class RequestGate {

    private static final CharSequence REQUEST_METHOD = HttpHeaders.createOptimized("access-control-request-method");
    private static final CharSequence REQUEST_HEADERS = HttpHeaders.createOptimized("access-control-request-headers");

    private final RequestIds ids = new RequestIds();
    private final EdgeLimits limits;
    private final Operations operations;
    private final Readiness readiness;
    private final Admission admission;
    private final Cors cors;
    private final ExchangeRunner runner;

    RequestGate(
            EdgeSettings settings, EdgeLimits limits, Operations operations, Readiness readiness, Admission admission) {
        this.limits = limits;
        this.operations = operations;
        this.readiness = readiness;
        this.admission = admission;
        this.cors = new Cors(settings.allowedOrigins());
        this.runner = new ExchangeRunner(
                new RequestHeaders(settings.requestHeaders(), limits.headersMaxCount()), settings.gzipMinBytes());
    }

    /** Answers what could not be decoded. Vert.x closes the connection afterwards. */
    void refuse(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        FailureCode code = switch (cause) {
            case TooLongHttpLineException e -> FailureCode.GATEWAY_REQUEST_LINE_TOO_LONG;
            case TooLongHttpHeaderException e -> FailureCode.GATEWAY_HEADERS_TOO_LARGE;
            default -> FailureCode.GATEWAY_BAD_REQUEST;
        };
        Call call = new Call(request, ids.choose(""), admission);
        find(call);
        call.refuse(code);
    }

    void handle(HttpServerRequest request) {
        Connection connection = Connection.of(request.connection());
        if (connection.takesNoMore()) {
            return;
        }
        if (connection.writable()) {
            check(request);
        } else {
            // Whoever sends requests without reading the answers must not make us keep them all.
            request.pause();
            connection.whenWritable(() -> {
                check(request);
                request.resume();
            });
        }
    }

    private void check(HttpServerRequest request) {
        MultiMap headers = request.headers();
        Call call = new Call(request, ids.choose(text(headers, AnswerHeaders.REQUEST_ID)), admission);
        Optional<FailureCode> framing = framing(request, headers);
        if (framing.isPresent()) {
            find(call);
            call.refuseAndClose(framing.get());
            return;
        }
        String origin = text(headers, HttpHeaders.ORIGIN);
        if (!origin.isEmpty() && cors.allows(origin)) {
            call.allowOrigin(origin);
        }
        if (admission.draining()) {
            find(call);
            call.refuseAndClose(FailureCode.GATEWAY_STOPPING);
            return;
        }
        if (!origin.isEmpty() && "OPTIONS".equals(call.method()) && headers.contains(REQUEST_METHOD)) {
            preflight(call, origin, headers);
            return;
        }
        route(call, headers);
    }

    private void preflight(Call call, String origin, MultiMap headers) {
        MultiMap answer = call.response().headers();
        String refusal = cors.preflight(origin, text(headers, REQUEST_METHOD), text(headers, REQUEST_HEADERS), answer);
        call.answerText(refusal.isEmpty() ? 200 : 400, refusal.isEmpty() ? "OK" : refusal);
    }

    private void route(Call call, MultiMap headers) {
        String target = call.target();
        if (target.isEmpty() || target.charAt(0) != '/') {
            call.refuseAndClose(FailureCode.GATEWAY_BAD_REQUEST);
            return;
        }
        Optional<Match> match = find(call);
        if (match.isEmpty()) {
            call.refuse(readiness.ready() ? FailureCode.GATEWAY_NOT_FOUND : FailureCode.GATEWAY_STARTING);
            return;
        }
        Optional<Operation> operation = match.get().operations().operation(call.method());
        if (operation.isEmpty()) {
            call.response()
                    .headers()
                    .set(AnswerHeaders.ALLOW, match.get().operations().allow());
            call.refuse(FailureCode.GATEWAY_METHOD_NOT_ALLOWED);
        } else if (operation.get().consumer().isSuspended()
                && !operation.get().consumer().isBeingReplaced()) {
            call.refuse(FailureCode.GATEWAY_STARTING);
        } else if (!operation.get().consumer().consumes(text(headers, HttpHeaders.CONTENT_TYPE))) {
            call.refuse(FailureCode.GATEWAY_UNSUPPORTED_CONTENT);
        } else {
            call.matched(operation.get(), match.get().values());
            admit(call, headers);
        }
    }

    /** What serves the call's path, which also says in which form the call is refused. */
    private Optional<Match> find(Call call) {
        String target = call.target();
        if (target.isEmpty() || target.charAt(0) != '/') {
            return Optional.empty();
        }
        Optional<Match> match = find(call, target);
        match.ifPresent(found -> call.failuresBy(found.operations().failureRoute()));
        return match;
    }

    private Optional<Match> find(Call call, String target) {
        int question = target.indexOf('?');
        String raw = question < 0 ? target : target.substring(0, question);
        OperationTable table = operations.table();
        Optional<Match> spelled = table.findSpelled(raw);
        if (spelled.isPresent()) {
            call.path(spelled.get().operations().path());
            return spelled;
        }
        return RequestPath.normal(raw).flatMap(normal -> {
            call.path(normal);
            return table.find(normal);
        });
    }

    private void admit(Call call, MultiMap headers) {
        if (!admission.enter()) {
            call.refuse(FailureCode.GATEWAY_OVERLOADED);
            return;
        }
        call.admitted();
        String length = text(headers, HttpHeaders.CONTENT_LENGTH);
        boolean chunked = headers.contains(HttpHeaders.TRANSFER_ENCODING);
        if (!chunked && (length.isEmpty() || "0".equals(length))) {
            runner.start(call, RequestBody.NONE);
            return;
        }
        // Netty has checked that the length is one number of at most 19 digits.
        long announced = chunked ? 0 : Long.parseLong(length);
        boolean expectsContinue = "100-continue".equalsIgnoreCase(text(headers, HttpHeaders.EXPECT));
        if (call.operation().consumer().takesUploads()) {
            // As the segment says it, which clients know.
            Failure tooLarge = Failure.of(
                    FailureCode.ASSET_FILE_TOO_LARGE, "File too large. Maximum size: " + limits.uploadMaxMb() + "MB");
            call.receive(
                    new IncomingBody(call, announced, limits.uploadBodyMaxBytes(), tooLarge, expectsContinue), runner);
            return;
        }
        String tooLarge = "Request body too large; the limit is " + limits.bodyMaxBytes() + " bytes";
        if (announced > limits.bodyMaxBytes()) {
            call.refuseAndClose(FailureCode.GATEWAY_BODY_TOO_LARGE, tooLarge);
            return;
        }
        call.receive(new RequestBody((int) announced, limits.bodyMaxBytes(), admission), tooLarge, runner);
        if (expectsContinue) {
            call.response().writeContinue();
        }
    }

    /** What Netty lets through although two programs could disagree where the request ends. */
    private static Optional<FailureCode> framing(HttpServerRequest request, MultiMap headers) {
        if (headers.contains(HttpHeaders.TRANSFER_ENCODING)) {
            var codings = headers.getAll(HttpHeaders.TRANSFER_ENCODING);
            boolean plain = codings.size() == 1 && "chunked".equalsIgnoreCase(codings.get(0));
            if (!plain || request.version() == HttpVersion.HTTP_1_0) {
                return Optional.of(FailureCode.GATEWAY_BAD_REQUEST);
            }
        }
        return Optional.empty();
    }

    static String text(MultiMap headers, CharSequence name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }
}
