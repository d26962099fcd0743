package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests and answers over the link, with a real nats-server between a gateway's and a segment's Camel context. */
@SuppressWarnings("try") // the NATS client's close may be interrupted
class LinkIT {

    @RegisterExtension
    private final LinkSides sides = new LinkSides();

    @Test
    void carriesPlainAnswerWithHeadersAndVariables() throws Exception {
        // given a flow that tells what it got
        var segment = sides.side();
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
        var gateway = sides.side().startConnected();

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
    void throwsTheSegmentsOwnFailure() throws Exception {
        // given
        var segment = sides.side();
        segment.door("chat-fail", 10, exchange -> {
            throw Failure.of(FailureCode.CHAT_PROVIDER_FAILED, "the model said \"no\"")
                    .with(Map.of("Retry-After", "7"));
        });
        segment.door("chat-defect", 10, exchange -> {
            throw new IllegalStateException("a secret detail");
        });
        segment.startConnected();
        var gateway = sides.side().startConnected();

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
    void interruptsTheWorkWhenTheCallerLeavesBeforeTheAnswer() throws Exception {
        // given
        var started = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var segment = sides.side();
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
        var gateway = sides.side().startConnected();
        var caller = Thread.startVirtualThread(() -> gateway.ask("test-slow", new byte[0], Map.of()));
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();

        // when
        caller.interrupt();

        // then
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void failsFastWithoutResponder() throws Exception {
        var gateway = sides.side().startConnected();
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
        var segment = sides.side();
        segment.door("test-slow", 10, exchange -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
        });
        segment.startConnected();
        var gateway = sides.side(LinkSide.settings(0.5)).startConnected();

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
        var segment = sides.side();
        segment.door("test-slow", 10, exchange -> {
            new CountDownLatch(1).await(3, TimeUnit.SECONDS);
            exchange.getMessage().setBody("done");
        });
        segment.startConnected();
        var gateway = sides.side().startConnected();

        assertThat(gateway.answer("test-slow", "x").getMessage().getBody(String.class))
                .isEqualTo("done");
    }

    @Test
    void refusesBeyondItsLimitAtOnce() throws Exception {
        // given a door for two that is full
        var release = new CountDownLatch(1);
        var inWork = new CountDownLatch(2);
        var segment = sides.side();
        segment.door("test-busy", 2, exchange -> {
            inWork.countDown();
            release.await();
            exchange.getMessage().setBody("done");
        });
        segment.startConnected();
        var gateway = sides.side().startConnected();
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
        var segment = sides.side();
        segment.door(
                "test-headers",
                10,
                exchange -> seen.put("link", Map.copyOf(exchange.getIn().getHeaders())));
        segment.routes(new RouteBuilder() {
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
        var gateway = sides.side().startConnected();
        try (var foreign = Nats.connect(sides.url())) {
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
    void answersServiceRequests() throws Exception {
        // given
        var segment = sides.side();
        segment.routes(new RouteBuilder() {
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
        try (var other = Nats.connect(sides.url())) {
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

    private static void awaitResponder(Connection connection, String subject) {
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> connection
                                .request(subject, new byte[0])
                                .get(2, TimeUnit.SECONDS)
                                .getData()
                                .length
                        > 0);
    }

    private static String request(Connection connection, String service, String body) throws Exception {
        var reply = connection
                .request("gaia.service.%s.request".formatted(service), body.getBytes(StandardCharsets.UTF_8))
                .get(10, TimeUnit.SECONDS);
        return new String(reply.getData(), StandardCharsets.UTF_8);
    }

    private static Map<String, Object> notNull(Map<String, Object> headers) {
        Map<String, Object> copy = new HashMap<>(headers);
        copy.values().removeIf(Objects::isNull);
        return copy;
    }
}
