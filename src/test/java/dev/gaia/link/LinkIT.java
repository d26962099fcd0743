package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The link with a real nats-server between a gateway's and a segment's Camel context. */
@SuppressWarnings("try") // the NATS client's close may be interrupted
class LinkIT {

    @TempDir
    static Path store;

    private static EmbeddedNats server;

    private final List<LinkSide> sides = new ArrayList<>();

    @BeforeAll
    static void startServer() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        server = EmbeddedNats.start(store);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void stopSides() {
        sides.reversed().forEach(LinkSide::close);
    }

    @Test
    void carriesPlainAnswerWithHeadersAndVariables() throws Exception {
        // given a flow that tells what it got
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-plain", 10, exchange -> {
            var message = exchange.getMessage();
            message.setBody("%s|%s|%s|%s|%s"
                    .formatted(
                            message.getBody(String.class),
                            message.getHeader(GaiaHeaders.USER_ID),
                            message.getHeader("X-API-Key"),
                            exchange.getVariable("query"),
                            exchange.getVariable("path")));
            message.setHeader("X-Answer", "Grüße, 100 %");
            message.setHeader("Set-Cookie", "no");
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, 201);
        });
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();

        // when
        var answer = gateway.context
                .createFluentProducerTemplate()
                .to("nats:test-plain")
                .withProcessor(exchange -> {
                    exchange.getIn().setBody("hello".getBytes(StandardCharsets.UTF_8));
                    exchange.getIn().setHeader(GaiaHeaders.USER_ID, "Jürgen");
                    exchange.getIn().setHeader("X-API-Key", "secret");
                    exchange.getIn().setHeader(Exchange.CONTENT_TYPE, "text/plain");
                    exchange.setVariable("query", Map.of("q", "größer"));
                })
                .request(Exchange.class);

        // then
        var message = answer.getMessage();
        assertThat(message.getBody(String.class)).isEqualTo("hello|Jürgen|null|{q=größer}|{}");
        assertThat(message.getHeader("X-Answer")).isEqualTo("Grüße, 100 %");
        assertThat(message.getHeader("Set-Cookie")).isNull();
        assertThat(message.getHeader(Exchange.CONTENT_TYPE))
                .as("not the request's")
                .isNull();
        assertThat(message.getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(201);
        Awaitility.await().until(() -> gateway.link.open() == 0);
    }

    @Test
    void carriesBodiesLargerThanAMessage() throws Exception {
        // given
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-large", 10, exchange -> {});
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();
        byte[] large = new byte[10 * 1024 * 1024];
        new java.util.Random(1).nextBytes(large);

        // when
        var answer = gateway.ask("test-large", large, Map.of());

        // then
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody(byte[].class)).isEqualTo(large);
        Awaitility.await().until(() -> segment.link.open() == 0);
        Awaitility.await().until(() -> gateway.link.open() == 0);
    }

    @Test
    void refusesAWholeAnswerLargerThanMayBeHeld() throws Exception {
        // given
        var segment = side(LinkSide.SETTINGS);
        int most = LinkSide.SETTINGS.bodyMaxBytes();
        segment.door("test-huge", 10, exchange -> exchange.getMessage().setBody(new byte[most + 1]));
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();

        // when
        var answer = gateway.ask("test-huge", new byte[0], Map.of());

        // then
        assertThat(answer.getException()).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.GATEWAY_ANSWER_TOO_LARGE);
            assertThat(failure.getMessage()).contains(most + 1 + " bytes", "gaia.link.body-max-bytes");
        });
        Awaitility.await().until(() -> segment.link.open() == 0 && gateway.link.open() == 0);
    }

    @Test
    void handsABodyOnInPiecesWithoutCollectingIt() throws Exception {
        // given a door that reads its body as it comes, larger than anything that may be held
        var segment = side(LinkSide.SETTINGS);
        segment.routes(streamedDoor("test-upload", exchange -> {
            var body = exchange.getMessage().getBody(java.io.InputStream.class);
            long sum = 0;
            byte[] some = new byte[100_000];
            for (int count = body.read(some); count >= 0; count = body.read(some)) {
                sum += count;
            }
            exchange.getMessage().setBody(body.getClass().getSimpleName() + " " + sum);
        }));
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();
        long length = LinkSide.SETTINGS.bodyMaxBytes() + 5_000_000L;

        // when
        var large = gateway.ask("test-upload", new SizedBody(zeroes(length), length));
        var small = gateway.ask("test-upload", new SizedBody(zeroes(10), 10));

        // then
        assertThat(large.getMessage().getBody(String.class)).isEqualTo("PieceReader " + length);
        assertThat(small.getMessage().getBody(String.class)).isEqualTo("ByteArrayInputStream 10");
        Awaitility.await().until(() -> segment.link.open() == 0 && gateway.link.open() == 0);
    }

    @Test
    void stopsSendingABodyThatIsRefused() throws Exception {
        // given
        var segment = side(LinkSide.SETTINGS);
        segment.routes(streamedDoor("test-upload", exchange -> {
            exchange.getMessage().getBody(java.io.InputStream.class).readNBytes(10);
            throw Failure.of(FailureCode.ASSET_FILE_TOO_LARGE);
        }));
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();
        var body = new CountedZeroes(1L << 40);

        // when
        var answer = gateway.ask("test-upload", new SizedBody(body, 1L << 40));

        // then
        assertThat(answer.getException()).isInstanceOf(Failure.class);
        assertThat(body.taken.get()).isLessThan(10_000_000);
        Awaitility.await().until(() -> segment.link.open() == 0 && gateway.link.open() == 0);
    }

    @Test
    void tellsTheSegmentThatABodyIsNotWhole() throws Exception {
        // given
        var segment = side(LinkSide.SETTINGS);
        var seen = new CompletableFuture<Exception>();
        segment.routes(streamedDoor("test-upload", exchange -> {
            try {
                exchange.getMessage().getBody(java.io.InputStream.class).readAllBytes();
            } catch (java.io.IOException e) {
                seen.complete(e);
                throw Failure.of(FailureCode.ASSET_BAD_REQUEST);
            }
        }));
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();

        // when
        gateway.ask("test-upload", new SizedBody(zeroes(3_000_000), 4_000_000));

        // then
        assertThat(seen.get(10, TimeUnit.SECONDS)).hasMessageContaining("4000000 were announced");
    }

    private static org.apache.camel.builder.RouteBuilder streamedDoor(
            String flow, org.apache.camel.Processor processor) {
        return new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("nats:" + flow + "?streamed=true")
                        .routeId(flow + "-door")
                        .routeConfigurationId("nats-edge-errors")
                        .process(processor);
            }
        };
    }

    private static java.io.InputStream zeroes(long length) {
        return new CountedZeroes(length);
    }

    /** Zeroes, and how many were taken. */
    private static final class CountedZeroes extends java.io.InputStream {

        private final long length;
        private final AtomicLong taken = new AtomicLong();

        CountedZeroes(long length) {
            this.length = length;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) {
            int count = (int) Math.min(wanted, length - taken.get());
            taken.addAndGet(count);
            return count == 0 ? -1 : count;
        }
    }

    @Test
    void throwsTheSegmentsOwnFailure() throws Exception {
        // given
        var segment = side(LinkSide.SETTINGS);
        segment.door("chat-fail", 10, exchange -> {
            throw Failure.of(FailureCode.CHAT_PROVIDER_FAILED, "the model said \"no\"")
                    .with(Map.of("Retry-After", "7"));
        });
        segment.door("chat-defect", 10, exchange -> {
            throw new IllegalStateException("a secret detail");
        });
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();

        // when
        var failure = catchThrowableOfType(Failure.class, () -> gateway.answer("chat-fail", "x"));
        var defect = catchThrowableOfType(Failure.class, () -> gateway.answer("chat-defect", "x"));

        // then
        assertThat(failure.code()).isEqualTo(FailureCode.CHAT_PROVIDER_FAILED);
        assertThat(failure.detail().textValue()).isEqualTo("the model said \"no\"");
        assertThat(failure.headers()).containsEntry("Retry-After", "7");
        assertThat(defect.code()).isEqualTo(FailureCode.CHAT_INTERNAL);
        assertThat(defect.getMessage()).doesNotContain("secret");
    }

    @Test
    void carriesManyStreamsWholeInOrderAndAtOnce() throws Exception {
        // given
        int streams = 200;
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-stream", streams, exchange -> exchange.getMessage().setBody(TestStream.numbers(50, 20)));
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();
        LinkSide.text(gateway.stream("test-stream"));
        var expected = LinkSide.text(TestStream.numbers(50, 0));

        // when
        List<Future<String>> texts = new ArrayList<>();
        var firstMs = new ConcurrentLinkedQueue<Long>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < streams; i++) {
                texts.add(threads.submit(() -> {
                    long start = System.nanoTime();
                    try (var stream = gateway.stream("test-stream")) {
                        var first = new String(stream.next().orElseThrow(), StandardCharsets.UTF_8);
                        firstMs.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                        return first + LinkSide.text(stream);
                    }
                }));
            }
        }

        // then
        for (var text : texts) {
            assertThat(text.get()).isEqualTo(expected);
        }
        var sorted = firstMs.stream().sorted().toList();
        assertThat(sorted.get(streams / 2))
                .as("median of the first piece in ms")
                .isLessThan(2_500);
        Awaitility.await().until(() -> gateway.link.open() == 0);
        Awaitility.await().until(() -> segment.link.open() == 0);
    }

    @Test
    void slowReaderHoldsItsProducerBackAndNobodyElse() throws Exception {
        // given a stream without pace of 64 MiB and a reader that takes a byte now and then
        var sources = new ConcurrentLinkedQueue<TestStream>();
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-fast", 10, exchange -> {
            var source = new TestStream(16 * 1024, 0, i -> "x".repeat(4096));
            sources.add(source);
            exchange.getMessage().setBody(source);
        });
        segment.door("test-stream", 10, exchange -> exchange.getMessage().setBody(TestStream.numbers(50, 20)));
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();

        try (var slow = gateway.stream("test-fast")) {
            // when
            assertThat(slow.read()).isEqualTo('x');
            long start = System.nanoTime();
            var other = LinkSide.text(gateway.stream("test-stream"));
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertThat(slow.read()).isEqualTo('x');

            // then the producer is at most two windows ahead (sent, and one piece in hand), though silence is 2 s
            assertThat(other).isEqualTo(LinkSide.text(TestStream.numbers(50, 0)));
            assertThat(tookMs).isLessThan(10_000);
            var source = sources.element();
            assertThat(source.produced.get() * 4096L).isLessThan(3 * 65536);
            Awaitility.await()
                    .pollDelay(Duration.ofSeconds(3))
                    .until(() -> source.closed.getCount() == 1 && slow.read() == 'x');
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> sources.element().closed.getCount() == 0);
    }

    @Test
    void closesTheSourceWhenTheReaderLeaves() throws Exception {
        // given
        var sources = new ConcurrentLinkedQueue<TestStream>();
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-stream", 1, exchange -> {
            var source = TestStream.numbers(1000, 300);
            sources.add(source);
            exchange.getMessage().setBody(source);
        });
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();
        var stream = gateway.stream("test-stream");
        stream.next();

        // when
        stream.close();

        // then the source closes and its place is free again
        assertThat(sources.element().closed.await(10, TimeUnit.SECONDS)).isTrue();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> segment.link.open() == 0);
        try (var next = gateway.stream("test-stream")) {
            assertThat(next.next()).isPresent();
        }
    }

    @Test
    void interruptsTheWorkWhenTheCallerLeavesBeforeTheAnswer() throws Exception {
        // given
        var started = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-slow", 10, exchange -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();
        var caller = Thread.startVirtualThread(() -> gateway.ask("test-slow", new byte[0], Map.of()));
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        // when
        caller.interrupt();

        // then
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void failsFastWithoutResponder() {
        var gateway = side(LinkSide.SETTINGS).startConnected();
        long start = System.nanoTime();
        var failure = catchThrowableOfType(LinkFailure.class, () -> gateway.answer("test-nobody", "x"));
        assertThat(failure.kind()).isEqualTo(LinkFailure.Kind.NO_RESPONDER);
        assertThat(failure.mayHaveStarted()).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void timesOutAndInterruptsTheWork() throws Exception {
        // given
        var interrupted = new AtomicBoolean();
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-slow", 10, exchange -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        });
        segment.startConnected();
        var gateway = side(LinkSide.settings(0.5)).startConnected();

        // when
        var failure = catchThrowableOfType(LinkFailure.class, () -> gateway.answer("test-slow", "x"));

        // then
        assertThat(failure.kind()).isEqualTo(LinkFailure.Kind.TIMEOUT);
        assertThat(failure.mayHaveStarted()).isTrue();
        Awaitility.await().untilTrue(interrupted);
    }

    @Test
    void longWorkIsKeptAliveBeyondTheSilenceLimit() throws Exception {
        // given work of three seconds, where two of silence count as death
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-slow", 10, exchange -> {
            new CountDownLatch(1).await(3, TimeUnit.SECONDS);
            exchange.getMessage().setBody("done");
        });
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();

        assertThat(gateway.answer("test-slow", "x").getMessage().getBody(String.class))
                .isEqualTo("done");
    }

    @Test
    void refusesBeyondItsLimitAtOnce() throws Exception {
        // given a door for two that is full
        var release = new CountDownLatch(1);
        var inWork = new CountDownLatch(2);
        var segment = side(LinkSide.SETTINGS);
        segment.door("test-busy", 2, exchange -> {
            inWork.countDown();
            release.await();
            exchange.getMessage().setBody("done");
        });
        segment.startConnected();
        var gateway = side(LinkSide.SETTINGS).startConnected();
        List<CompletableFuture<String>> first = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            first.add(CompletableFuture.supplyAsync(
                    () -> gateway.answer("test-busy", "x").getMessage().getBody(String.class),
                    task -> Thread.ofVirtual().start(task)));
        }
        assertThat(inWork.await(10, TimeUnit.SECONDS)).isTrue();

        // when
        var failure = catchThrowableOfType(LinkFailure.class, () -> gateway.answer("test-busy", "x"));

        // then
        assertThat(failure.kind()).isEqualTo(LinkFailure.Kind.OVERLOADED);
        assertThat(failure.mayHaveStarted()).isFalse();
        release.countDown();
        for (var answer : first) {
            assertThat(answer.get()).isEqualTo("done");
        }
    }

    @Test
    void controlHeadersNeverArriveByNats() throws Exception {
        // given an edge of the link, a plain consumer, and a foreign responder that sends control headers
        var seen = new ConcurrentHashMap<String, Map<String, Object>>();
        var segment = side(LinkSide.SETTINGS);
        segment.door(
                "test-headers",
                10,
                exchange -> seen.put("link", Map.copyOf(exchange.getIn().getHeaders())));
        segment.routes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("nats:gaia.test.plain")
                        .routeId("test-consumer")
                        .process(exchange ->
                                seen.put("plain", notNull(exchange.getIn().getHeaders())));
            }
        });
        segment.startConnected();
        Awaitility.await().until(() -> segment.context.getRoute("test-consumer") != null);
        var attack = new Headers();
        var names = List.of(
                "CamelHttpUri",
                "CAmelSqlQuery",
                "camelFileName",
                "org.apache.camel.x",
                "websocket.sendToAll",
                "operationName",
                "Camel-Link",
                "X-API-Key");
        names.forEach(name -> attack.put(name, "http://attacker/{{env:SECRET}}"));
        attack.put(GaiaHeaders.USER_ID, "u1");
        var gateway = side(LinkSide.SETTINGS).startConnected();
        try (var foreign = Nats.connect(server.url())) {
            foreign.createDispatcher(request -> foreign.publish(
                            request.getReplyTo(),
                            new Headers(attack).put("link", "plain").put("CamelHttpResponseCode", "418"),
                            "body".getBytes(StandardCharsets.UTF_8)))
                    .subscribe("gaia.link.test.test-foreign");
            foreign.flush(Duration.ofSeconds(2));

            // when
            var request =
                    new Headers(attack).put("link", "request").put("link-variables", "{\"query\":{\"CamelX\":\"1\"}}");
            foreign.request("gaia.link.test.test-headers", request, new byte[0]).get(10, TimeUnit.SECONDS);
            Awaitility.await().until(() -> {
                foreign.publish(NatsMessage.builder()
                        .subject("gaia.test.plain")
                        .headers(attack)
                        .build());
                return seen.containsKey("plain");
            });
            var reply = gateway.answer("test-foreign", "x").getMessage();

            // then
            assertThat(seen.get("link")).containsOnlyKeys(GaiaHeaders.USER_ID);
            assertThat(seen.get("plain").keySet()).allMatch(name -> name.startsWith("CamelNats"));
            assertThat(reply.getHeaders()).containsOnlyKeys("X-API-Key");
        }
    }

    @Test
    void streamsEndAndRequestsFailAtOnceWhenTheServerDies(@TempDir Path other) throws Exception {
        // given a server of its own, a stream and a request under way
        var mortal = EmbeddedNats.start(other);
        var sources = new ConcurrentLinkedQueue<TestStream>();
        var working = new CountDownLatch(1);
        var segment = new LinkSide(mortal.url()).route("error/nats-edge-errors.camel.yaml");
        sides.add(segment);
        segment.door("test-stream", 10, exchange -> {
            var source = TestStream.numbers(10_000, 20);
            sources.add(source);
            exchange.getMessage().setBody(source);
        });
        segment.door("test-slow", 10, exchange -> {
            working.countDown();
            new CountDownLatch(1).await(2, TimeUnit.SECONDS);
        });
        segment.door("test-plain", 10, exchange -> exchange.getMessage().setBody("ok"));
        segment.startConnected();
        var gateway = new LinkSide(mortal.url());
        sides.add(gateway);
        gateway.startConnected();
        var stream = gateway.stream("test-stream");
        stream.next();
        var slow = CompletableFuture.supplyAsync(
                () -> catchThrowableOfType(LinkFailure.class, () -> gateway.answer("test-slow", "x")),
                task -> Thread.ofVirtual().start(task));
        assertThat(working.await(10, TimeUnit.SECONDS)).isTrue();

        // when
        mortal.kill();

        // then
        long start = System.nanoTime();
        assertThatThrownBy(() -> LinkSide.text(stream))
                .isInstanceOf(BrokenStreamException.class)
                .hasMessage("The connection to the message broker was lost during the answer of test-stream");
        assertThat(slow.get(10, TimeUnit.SECONDS).kind()).isEqualTo(LinkFailure.Kind.DISCONNECTED);
        assertThat(slow.get().mayHaveStarted()).isTrue();
        assertThat(sources.element().closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        var failure = catchThrowableOfType(LinkFailure.class, () -> gateway.answer("test-plain", "x"));
        assertThat(failure.kind()).isEqualTo(LinkFailure.Kind.DISCONNECTED);
        assertThat(failure.mayHaveStarted()).isFalse();

        // and when it is back
        try (var again = EmbeddedNats.start(other, mortal.port())) {
            gateway.awaitConnected();
            segment.awaitConnected();
            assertThat(gateway.answer("test-plain", "x").getMessage().getBody(String.class))
                    .isEqualTo("ok");
            assertThat(again.port()).isEqualTo(mortal.port());
        }
        Awaitility.await().until(() -> gateway.link.open() == 0);
    }

    @Test
    void startsWithoutServerAndConnectsWhenItComes(@TempDir Path other) throws Exception {
        // given a port where nothing listens
        int port;
        String url;
        try (var probe = EmbeddedNats.start(other)) {
            port = probe.port();
            url = probe.url();
        }
        var events = new ConcurrentLinkedQueue<String>();
        var side = new LinkSide(url).route("error/nats-edge-errors.camel.yaml");
        sides.add(side);
        side.door("test-plain", 10, exchange -> exchange.getMessage().setBody("ok"));
        side.routes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("nats:gaia.test.late")
                        .routeId("test-late")
                        .process(e -> events.add(e.getIn().getBody(String.class)));
                from("direct:test-event")
                        .routeId("test-event")
                        .to(org.apache.camel.ExchangePattern.InOnly, "nats:gaia.test.late");
            }
        });

        // when
        long start = System.nanoTime();
        side.start();

        // then the start is not held up, and requests and events fail at once
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        var failure = catchThrowableOfType(LinkFailure.class, () -> side.answer("test-plain", "x"));
        assertThat(failure.kind()).isEqualTo(LinkFailure.Kind.DISCONNECTED);
        assertThatThrownBy(() -> side.context.createProducerTemplate().sendBody("direct:test-event", "early"))
                .hasRootCauseMessage("There is no connection to the message broker");

        // and when the server comes
        try (var late = EmbeddedNats.start(other, port)) {
            side.awaitConnected();
            assertThat(late.url()).endsWith(":" + port);
            assertThat(side.answer("test-plain", "x").getMessage().getBody(String.class))
                    .isEqualTo("ok");
            Awaitility.await().until(() -> {
                side.context.createProducerTemplate().sendBody("direct:test-event", "late");
                return events.contains("late");
            });
        }
    }

    @Test
    void answersServiceRequests() throws Exception {
        // given
        var segment = side(LinkSide.SETTINGS);
        segment.routes(new org.apache.camel.builder.RouteBuilder() {
            @Override
            public void configure() {
                from("direct:auth-internal-validate")
                        .routeId("auth-internal-validate")
                        .process(exchange -> {
                            if (exchange.getMessage().getBody(String.class).contains("fail")) {
                                throw Failure.of(FailureCode.AUTH_INVALID_REQUEST, "no such record");
                            }
                        });
            }
        });
        segment.route("auth/auth-service-request.camel.yaml").route("chat/chat-service-request.camel.yaml");
        segment.startConnected();
        try (var other = Nats.connect(server.url())) {
            awaitResponder(other, "gaia.service.auth.request");
            awaitResponder(other, "gaia.service.chat.request");

            assertThat(request(other, "auth", "{\"action\":\"validate\",\"auth\":{\"user_id\":\"u\"}}"))
                    .isEqualTo("{\"user_id\":\"u\"}");
            assertThat(request(other, "auth", "{\"action\":\"validate\",\"auth\":{\"user_id\":\"fail\"}}"))
                    .isEqualTo("{\"error\":\"no such record\"}");
            assertThat(request(other, "chat", "\"{\\\"action\\\":\\\"status\\\"}\""))
                    .isEqualTo("{\"service\":\"chat\",\"status\":\"healthy\",\"version\":\"0.2\"}");
            assertThat(request(other, "chat", "not json")).isEqualTo("{\"error\":\"Unknown action\"}");
        }
    }

    private static void awaitResponder(io.nats.client.Connection connection, String subject) {
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> connection
                                .request(subject, new byte[0])
                                .get(2, TimeUnit.SECONDS)
                                .getData()
                                .length
                        > 0);
    }

    private static String request(io.nats.client.Connection connection, String service, String body) throws Exception {
        var reply = connection
                .request("gaia.service.%s.request".formatted(service), body.getBytes(StandardCharsets.UTF_8))
                .get(10, TimeUnit.SECONDS);
        return new String(reply.getData(), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> notNull(Map<String, Object> headers) {
        Map<String, Object> copy = new java.util.HashMap<>(headers);
        copy.values().removeIf(java.util.Objects::isNull);
        return copy;
    }

    private LinkSide side(LinkSettings settings) {
        try {
            var side = new LinkSide(server.url(), settings)
                    .route("error/nats-edge-errors.camel.yaml")
                    .route("error/segment-errors.camel.yaml");
            sides.add(side);
            return side;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
