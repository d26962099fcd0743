package dev.gaia.gateway.edge;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.io.ByteArrayInputStream;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.RoutePolicySupport;

/** Routes that show what the edge hands to a route and does with its answer. */
final class EdgeRoutes extends RouteBuilder {

    private final BlockingQueue<TestPieces> streams = new LinkedBlockingQueue<>();
    private final BlockingQueue<CountDownLatch> waiting = new LinkedBlockingQueue<>();
    private final AtomicInteger largeAnswers = new AtomicInteger();
    private final CountDownLatch interrupted = new CountDownLatch(1);

    private CountDownLatch start = new CountDownLatch(0);

    /** Holds the start of these routes back until the latch falls. */
    EdgeRoutes startingWhen(CountDownLatch latch) {
        start = latch;
        return this;
    }

    /** The stream of a request that was just made to {@code /t/stream}. */
    TestPieces stream() throws InterruptedException {
        TestPieces stream = streams.poll(10, TimeUnit.SECONDS);
        if (stream == null) {
            throw new AssertionError("nobody asked for a stream");
        }
        return stream;
    }

    /** What lets a request that was just made to {@code /t/wait} go on. */
    CountDownLatch waiting() throws InterruptedException {
        CountDownLatch latch = waiting.poll(10, TimeUnit.SECONDS);
        if (latch == null) {
            throw new AssertionError("nobody waits");
        }
        return latch;
    }

    /** How many requests {@code /t/large} has answered. */
    int largeAnswers() {
        return largeAnswers.get();
    }

    /** Falls when a waiting request was interrupted. */
    CountDownLatch interrupted() {
        return interrupted;
    }

    @Override
    public void configure() {
        edge("t-hello", "/t/hello?httpMethodRestrict=GET")
                .routePolicy(new AwaitStart(start))
                .setBody(constant("hello"));
        edge("t-echo", "/t/echo?httpMethodRestrict=POST").process(EdgeRoutes::echo);
        withFailures("t-openai", "/t/openai?httpMethodRestrict=POST", "gateway-failure-openai")
                .process(EdgeRoutes::echo);
        withFailures("t-anthropic", "/t/anthropic?httpMethodRestrict=POST", "gateway-failure-anthropic")
                .process(EdgeRoutes::echo);
        withFailures("t-formless", "/t/formless?httpMethodRestrict=POST", "gateway-failure-gone")
                .process(EdgeRoutes::echo);
        edge("t-text", "/t/text?httpMethodRestrict=POST&consumes=text/plain").process(EdgeRoutes::echo);
        edge("t-seen", "/t/seen").process(EdgeRoutes::showExchange);
        edge("t-part", "/t/items/{item_id}/parts/{part_id}?httpMethodRestrict=GET,DELETE")
                .process(EdgeRoutes::showExchange);
        edge("t-files", "/t/files?matchOnUriPrefix=true").process(EdgeRoutes::showExchange);
        edge("t-empty", "/t/empty").process(exchange -> exchange.getMessage().setBody(null));
        edge("t-created", "/t/created")
                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(201))
                .setHeader("X-API-Version", constant("0.2"))
                .setHeader("Content-Type", constant("text/plain"))
                .setHeader("Transfer-Encoding", constant("chunked"))
                .setHeader("gaia-user-id", constant("u1"))
                .setHeader("CamelHttpUri", constant("http://inside"))
                .setBody(constant("made"));
        edge("t-large", "/t/large").process(this::large);
        edge("t-failure", "/t/failure").process(throwing(Failure.of(FailureCode.CHAT_NOT_FOUND, "no such chat")));
        edge("t-defect", "/t/defect").process(throwing(new IllegalStateException("secret host db.internal")));
        edge("t-outer", "/t/outer").to("direct:t-inner");
        from("direct:t-inner").routeId("t-inner").process(throwing(Failure.of(FailureCode.CHAT_NO_PROVIDER)));
        from("platform-http:/t/bare").routeId("t-bare").process(throwing(new IllegalStateException("secret")));
        edge("t-stream", "/t/stream").process(this::openStream);
        edge("t-input", "/t/input")
                .process(exchange -> exchange.getMessage().setBody(new ByteArrayInputStream(new byte[100_000])));
        edge("t-wait", "/t/wait").process(this::awaitTest).setBody(constant("waited"));
    }

    private RouteDefinition edge(String id, String uri) {
        return from("platform-http:" + uri).routeId(id).routeConfigurationId("http-edge-errors");
    }

    /** An operation as a template with the parameter {@code failure} makes it. */
    private RouteDefinition withFailures(String id, String uri, String failure) {
        var route = edge(id, uri);
        route.setTemplateParameters(Map.of("failure", failure));
        return route;
    }

    private static void echo(Exchange exchange) {
        if (!(exchange.getMessage().getBody() instanceof byte[])) {
            throw new IllegalStateException("the body is no byte array");
        }
    }

    private void large(Exchange exchange) {
        largeAnswers.incrementAndGet();
        int length = Integer.parseInt(query(exchange).getOrDefault("length", "0"));
        exchange.getMessage().setBody("x".repeat(length));
    }

    private static void showExchange(Exchange exchange) {
        String seen = "headers=" + new TreeMap<>(exchange.getMessage().getHeaders()).keySet() + " query="
                + new TreeMap<>(query(exchange)) + " path="
                + new TreeMap<>(texts(exchange, "path")) + " properties="
                + exchange.getProperties().keySet() + " at="
                + exchange.getMessage().getHeader(Exchange.HTTP_PATH);
        exchange.getMessage().setBody(seen);
    }

    private static Map<String, String> query(Exchange exchange) {
        return texts(exchange, "query");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(Exchange exchange, String variable) {
        return exchange.getVariable(variable, Map.class);
    }

    private void openStream(Exchange exchange) {
        var stream = new TestPieces();
        exchange.getMessage().setHeader("Content-Type", "text/event-stream; charset=utf-8");
        exchange.getMessage().setHeader("Cache-Control", "no-cache");
        exchange.getMessage().setBody(stream);
        streams.add(stream);
    }

    private void awaitTest(Exchange exchange) throws InterruptedException {
        var latch = new CountDownLatch(1);
        waiting.add(latch);
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the test forgot this request");
            }
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    private static Processor throwing(RuntimeException failure) {
        return exchange -> {
            throw failure;
        };
    }

    /** Holds the start of a route. */
    private static final class AwaitStart extends RoutePolicySupport {
        private final CountDownLatch latch;

        AwaitStart(CountDownLatch latch) {
            this.latch = latch;
        }

        @Override
        public void onStart(Route route) {
            try {
                if (!latch.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("the test forgot this route");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
