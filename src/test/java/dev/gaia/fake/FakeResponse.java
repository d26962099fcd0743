package dev.gaia.fake;

import dev.gaia.fake.FakeScript.Fault;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.impl.ConnectionBase;

/** Plays one answer on one connection; runs on its event loop. */
final class FakeResponse {

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Wire wire;
    private final FakeAnswer answer;
    private final FakeScript script;
    private final ReceivedRequest received;
    private long startNanos;
    private int next;
    private boolean closed;

    FakeResponse(Vertx vertx, HttpServerRequest request, Wire wire, FakeAnswer answer, ReceivedRequest received) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.wire = wire;
        this.answer = answer;
        this.script = answer.script();
        this.received = received;
    }

    /** Answers, then or now; {@code onEnd} runs once, when the answer is over or the client is gone. */
    void play(boolean stream, Runnable onEnd) {
        response.endHandler(over -> {
            closed = true;
            received.close();
            onEnd.run();
        });
        response.putHeader(wire.requestIdHeader(), "req_fake" + answer.id());
        if (script.status() != 200) {
            script.retryAfterSeconds().ifPresent(seconds -> response.putHeader("retry-after", seconds.toString()));
            json(script.status(), wire.error(script.status(), script));
            return;
        }
        switch (script.fault()) {
            case SILENT -> {}
            case HANG_UP -> hangUp(false);
            case HTML -> {
                received.finish();
                response.putHeader("content-type", "text/html; charset=utf-8")
                        .end("<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>");
            }
            default -> {
                if (stream) {
                    startStream();
                } else if (script.firstDelayMillis() > 0) {
                    vertx.setTimer(script.firstDelayMillis(), fired -> document());
                } else {
                    document();
                }
            }
        }
    }

    private void document() {
        if (closed) {
            return;
        }
        var text = wire.document(answer);
        switch (script.fault()) {
            case CUT, RESET, STALL -> {
                var bytes = Buffer.buffer(text);
                response.putHeader("content-type", "application/json")
                        .putHeader("content-length", String.valueOf(bytes.length()))
                        .write(bytes.slice(0, bytes.length() / 2));
                if (script.fault() != Fault.STALL) {
                    hangUp(script.fault() == Fault.RESET);
                }
            }
            case MALFORMED -> json(200, text.substring(0, text.length() / 2));
            case ERROR_EVENT -> json(200, wire.error(500, script));
            case EMPTY -> json(200, "");
            default -> json(200, text);
        }
    }

    private void json(int status, String text) {
        received.finish();
        response.setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(text);
    }

    private void startStream() {
        response.setChunked(true)
                .putHeader("content-type", "text/event-stream; charset=utf-8")
                .putHeader("cache-control", "no-cache");
        if (script.fault() == Fault.EMPTY) {
            received.finish();
            response.end();
            return;
        }
        startNanos = System.nanoTime() + script.firstDelayMillis() * 1_000_000;
        response.writeHead();
        wire.opening(answer).forEach(this::send);
        proceed();
    }

    /** Sends what is due; a full connection and a piece of the future both end the turn. */
    private void proceed() {
        while (!closed) {
            if (next == script.strikesAfter() && strikes()) {
                return;
            }
            if (next == answer.texts().size()) {
                finishStream();
                return;
            }
            long waitNanos = startNanos + next * script.paceMillis() * 1_000_000 - System.nanoTime();
            if (waitNanos > 0) {
                vertx.setTimer(Math.max(1, waitNanos / 1_000_000), fired -> proceed());
                return;
            }
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> proceed());
                return;
            }
            if (script.fault() == Fault.COMMENTS) {
                send(wire.keepAlive());
            }
            send(wire.piece(answer, answer.piece(next++)));
            received.countPiece();
        }
    }

    /** Does what the script's fault says; false when it is one that lets the stream go on. */
    private boolean strikes() {
        switch (script.fault()) {
            case CUT -> hangUp(false);
            case RESET -> hangUp(true);
            case STALL -> {}
            case MALFORMED -> {
                send(wire.malformedEvent());
                end();
            }
            case ERROR_EVENT -> {
                send(wire.errorEvent());
                end();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void finishStream() {
        if (script.fault() != Fault.NO_FINISH) {
            wire.closing(answer).forEach(this::send);
        }
        end();
    }

    private void end() {
        received.finish();
        response.end();
    }

    private void send(String event) {
        if (script.fault() == Fault.CRLF) {
            response.write(event.replace("\n", "\r\n"));
        } else if (script.fault() == Fault.SPLIT) {
            sendSplit(Buffer.buffer(event));
        } else {
            response.write(event);
        }
    }

    /** Three parts; the first cut is inside the first letter of several bytes, when there is one. */
    private void sendSplit(Buffer bytes) {
        int first = bytes.length() / 3;
        for (int index = 0; index < bytes.length(); index++) {
            if (bytes.getByte(index) < 0) {
                first = index + 1;
                break;
            }
        }
        int second = first + (bytes.length() - first) / 2;
        response.write(bytes.slice(0, first));
        response.write(bytes.slice(first, second));
        response.write(bytes.slice(second, bytes.length()));
    }

    /** Closes the connection after what was written left; a reset drops what the other side has not read yet. */
    private void hangUp(boolean reset) {
        received.finish();
        if (reset) {
            ((ConnectionBase) request.connection()).channel().config().setOption(ChannelOption.SO_LINGER, 0);
        }
        request.connection().close();
    }
}
