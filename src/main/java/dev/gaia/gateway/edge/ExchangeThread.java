package dev.gaia.gateway.edge;

import dev.gaia.error.FailureCode;
import dev.gaia.link.GaiaHeaders;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The virtual thread of one request: runs the route and writes what it answers. A stream is written by a thread of its
 * own, because the heap holds the stack of a waiting thread as deep as it once was: 13 KB behind a chat's routes, which
 * every young collection would copy for every open stream (measured, JDK 25).
 */
final class ExchangeThread implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ExchangeThread.class);
    private static final Thread.Builder.OfVirtual THREADS =
            Thread.ofVirtual().name("edge").inheritInheritableThreadLocals(false);

    private final Call call;
    private final Object body;
    private final RequestHeaders requestHeaders;
    private final int gzipMinBytes;
    private volatile Thread thread;
    private volatile Optional<InputStream> stream = Optional.empty();

    ExchangeThread(Call call, Object body, RequestHeaders requestHeaders, int gzipMinBytes) {
        this.call = call;
        this.body = body;
        this.requestHeaders = requestHeaders;
        this.gzipMinBytes = gzipMinBytes;
        this.thread = THREADS.unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Continues a write that waits for the client. Any thread. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /**
     * Ends the route's work. The stream is closed from a thread of its own, since closing may block and this is called
     * on the event loop.
     */
    void stop() {
        thread.interrupt();
        stream.ifPresent(open -> Thread.startVirtualThread(() -> Answers.close(open)));
    }

    @Override
    public void run() {
        EdgeConsumer consumer = call.operation().consumer();
        Exchange exchange = consumer.createExchange(false);
        Runnable end = () -> {
            consumer.doneUoW(exchange);
            consumer.releaseExchange(exchange, false);
        };
        guarded(() -> answer(consumer, exchange, end), end);
    }

    /** Runs one part of the exchange, which says whether another thread goes on and does the rest. */
    private void guarded(Callable<Boolean> part, Runnable end) {
        boolean goesOn = false;
        try {
            goesOn = part.call();
        } catch (Exception | Error e) {
            if (!call.left()) {
                String route = call.operation().consumer().getRouteId();
                LOG.error("Request {} failed in route {}", call.id(), route, e);
            }
            Answers.refuse(call, FailureCode.GATEWAY_INTERNAL);
        } finally {
            if (!goesOn) {
                end.run();
            }
        }
    }

    private boolean answer(EdgeConsumer consumer, Exchange exchange, Runnable end) throws Exception {
        // The answer is read from the message itself; InOut would copy it, headers and all, at the end of every route.
        exchange.setPattern(ExchangePattern.InOnly);
        Map<String, Object> received = new HashMap<>();
        Optional<Map<String, String>> query = query();
        if (!requestHeaders.copy(call.request().headers(), received)) {
            Answers.refuse(call, FailureCode.GATEWAY_HEADERS_TOO_LARGE);
            return false;
        }
        if (query.isEmpty()) {
            Answers.refuse(call, FailureCode.GATEWAY_BAD_REQUEST);
            return false;
        }
        received.put(GaiaHeaders.REQUEST_ID, call.id());
        received.put(GaiaHeaders.CLIENT_ADDRESS, call.connection().clientAddress());
        Message in = exchange.getIn();
        received.forEach(in::setHeader);
        in.setHeader(Exchange.HTTP_METHOD, call.method());
        in.setHeader(Exchange.HTTP_PATH, call.path());
        in.setBody(body);
        exchange.setVariable("query", query.get());
        exchange.setVariable("path", call.pathValues());

        consumer.createUoW(exchange);
        consumer.answer(exchange);
        Message answer = exchange.getMessage();
        if (answer.getBody() instanceof InputStream open) {
            writeStream(answer, received, open, end);
            return true;
        }
        Answers.whole(call, answer, received, gzipMinBytes);
        return false;
    }

    private void writeStream(Message answer, Map<String, Object> received, InputStream open, Runnable end) {
        stream = Optional.of(open);
        var writer = THREADS.unstarted(() -> guarded(
                () -> {
                    Answers.stream(call, answer, received, open);
                    return false;
                },
                end));
        thread = writer;
        writer.start();
        if (call.left()) {
            // Who left in between may have stopped the other thread.
            writer.interrupt();
        }
    }

    private Optional<Map<String, String>> query() {
        String target = call.target();
        int question = target.indexOf('?');
        return RequestQuery.parse(question < 0 ? "" : target.substring(question + 1));
    }
}
