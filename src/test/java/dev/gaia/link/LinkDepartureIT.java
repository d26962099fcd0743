package dev.gaia.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gaia.link.Departure.Reason;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a segment learns of callers that wait no longer, and that no clock of another machine decides it. */
@SuppressWarnings("try") // the NATS client's close may be interrupted
class LinkDepartureIT {

    private static final String FLOW = "test-departure";

    @RegisterExtension
    private final LinkSides sides = new LinkSides();

    private final ConcurrentLinkedQueue<Departure> begun = new ConcurrentLinkedQueue<>();
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final TestStream source = TestStream.numbers(1_000, 60_000);
    private LinkSide segment;
    private LinkSide gateway;

    @BeforeEach
    void openDoor() throws Exception {
        segment = sides.side();
        segment.door(FLOW, 10, exchange -> {
            begun.add(Departure.of(exchange));
            switch (exchange.getMessage().getBody(String.class)) {
                case "answer" -> exchange.getMessage().setBody("answered");
                case "stream" -> exchange.getMessage().setBody(source);
                default -> work();
            }
        });
        segment.startConnected();
    }

    private void work() throws InterruptedException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
            throw e;
        }
    }

    private void gateway(double timeoutSeconds) throws Exception {
        gateway = sides.side(LinkSide.settings(timeoutSeconds)).startConnected();
    }

    private Thread ask() {
        var caller = Thread.startVirtualThread(() -> gateway.ask(FLOW, "work".getBytes(UTF_8), Map.of()));
        await().until(() -> !begun.isEmpty());
        return caller;
    }

    private void assertInterrupted(Reason reason) throws InterruptedException {
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(begun.element().reason()).isEqualTo(reason);
    }

    private void assertClosed(Reason reason) throws InterruptedException {
        assertThat(source.closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(begun.element().reason()).isEqualTo(reason);
    }

    @Test
    void learnsThatTheClientLeftBeforeTheAnswer() throws Exception {
        gateway(30);
        ask().interrupt();
        assertInterrupted(Reason.CALLER);
    }

    @Test
    void learnsThatTheGatewayStopsBeforeTheAnswer() throws Exception {
        gateway(30);
        ask();
        gateway.link.stop();
        assertInterrupted(Reason.STOPPING);
    }

    @Test
    void learnsThatTheGatewayGaveUpBeforeTheAnswer() throws Exception {
        gateway(0.5);
        ask();
        assertInterrupted(Reason.GIVEN_UP);
    }

    @Test
    void learnsThatTheClientLeftAStream() throws Exception {
        gateway(30);
        stream().close();
        assertClosed(Reason.CALLER);
    }

    @Test
    void learnsThatTheGatewayStopsDuringAStream() throws Exception {
        gateway(30);
        stream();
        gateway.link.stop();
        assertClosed(Reason.STOPPING);
    }

    @Test
    void learnsThatTheGatewayGaveUpAStream() throws Exception {
        gateway(0.5);
        var stream = stream();
        assertThatThrownBy(stream::next).isInstanceOf(BrokenStreamException.class);
        assertClosed(Reason.GIVEN_UP);
    }

    private PieceStream stream() throws Exception {
        var stream = (PieceStream) gateway.answer(FLOW, "stream").getMessage().getBody();
        assertThat(stream.next()).isPresent();
        return stream;
    }

    @ParameterizedTest
    @CsvSource({"cancel, CALLER", "cancel stopping, STOPPING", "cancel a-later-word, CALLER"})
    void readsTheWordOfTheLink(String mark, Reason reason) throws Exception {
        try (var other = Nats.connect(sides.url())) {
            var address = publish(other, "work", new Headers());
            await().until(() -> !begun.isEmpty());

            other.publish(LinkSubjects.cancel(FLOW), new Headers().put(Mark.HEADER, mark), address.getBytes(UTF_8));

            assertInterrupted(reason);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-30, 30})
    void servesARequestWhateverTheClockOfItsCallerSays(int hoursAhead) throws Exception {
        try (var other = Nats.connect(sides.url())) {
            // as a caller of an earlier version sends it
            long moment =
                    System.currentTimeMillis() + Duration.ofHours(hoursAhead).toMillis() + 1_000;
            var headers = new Headers().put("link-deadline", Long.toString(moment));
            headers.put(LinkHeaders.TIMEOUT, "1000");
            headers.put(Mark.HEADER, "request");

            var answer = other.request(LinkSubjects.request(FLOW), headers, "answer".getBytes(UTF_8))
                    .get(10, TimeUnit.SECONDS);

            assertThat(answer.getData()).asString(UTF_8).isEqualTo("answered");
        }
    }

    @Test
    void endsWorkWhoseCallerDiedWithoutAWord() throws Exception {
        try (var other = Nats.connect(sides.url())) {
            publish(other, "work", new Headers().put(LinkHeaders.TIMEOUT, "100"));

            assertInterrupted(Reason.GIVEN_UP);
            await().until(() -> segment.link.open() == 0);
        }
    }

    @Test
    void doesNotBeginWhatNobodyWaitsForAnyMore() throws Exception {
        var address = "_INBOX.gone.1";
        segment.link.doors().receive(cancelled(address));
        try (var other = Nats.connect(sides.url())) {
            // The word that came before it counts for one request.
            other.publish(request("work", address, new Headers().put(LinkHeaders.TIMEOUT, "100")));
            other.publish(request("work", address, new Headers().put(LinkHeaders.TIMEOUT, "100")));

            assertInterrupted(Reason.GIVEN_UP);
            await().until(() -> segment.link.open() == 0);
            assertThat(begun).hasSize(1);
        }
    }

    private static NatsMessage cancelled(String address) {
        return NatsMessage.builder()
                .subject(LinkSubjects.cancel(FLOW))
                .headers(Mark.cancel(Reason.CALLER).headers())
                .data(address.getBytes(UTF_8))
                .build();
    }

    private static String publish(Connection connection, String body, Headers headers) {
        var address = connection.createInbox();
        connection.publish(request(body, address, headers));
        return address;
    }

    private static NatsMessage request(String body, String address, Headers headers) {
        return NatsMessage.builder()
                .subject(LinkSubjects.request(FLOW))
                .replyTo(address)
                .headers(headers.put(Mark.HEADER, "request"))
                .data(body.getBytes(UTF_8))
                .build();
    }
}
