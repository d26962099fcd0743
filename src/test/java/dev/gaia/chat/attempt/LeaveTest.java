package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.attempt.RescueSteps.Broken;
import dev.gaia.chat.provider.ClassifyFailure;
import dev.gaia.chat.provider.ConnectionSettings;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.chat.rescue.RescueSettings;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.mapping.JsonStream;
import dev.gaia.mapping.TableReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leave for an attempt is given back however the attempt ends, also before its request is made (failures F15). */
class LeaveTest {

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final Candidate P = new Candidate("p", "p", "model-p", false, Traits.UNKNOWN);
    private static final Candidate Q = new Candidate("q", "q", "model-q", false, Traits.UNKNOWN);

    private final AttemptSettings settings = TestSettings.attempts(
            Map.of("breaker-failures", "1", "breaker-open", "1ns", "breaker-open-max", "1ns", "breaker-spread", "0"));
    private final Routes routes = new Routes(TABLE, settings, new Random(1), route -> 1, (name, state) -> {});
    private final List<AttemptRow> ledger = new ArrayList<>();
    private final Source source = new Source();
    private Vertx vertx;
    private UpstreamClient client;
    private AttemptSteps steps;
    private Exchange exchange;

    /** A catalogue of two models, the second of which cannot be asked at all, for a defect of this process. */
    private static final class Source extends PlainCalls {

        private final ObjectNode call = JsonNodeFactory.instance.objectNode();
        private Candidate defective = Q;
        private List<Candidate> candidates = List.of(P, Q);

        @Override
        public List<Candidate> candidates(Exchange exchange) {
            return candidates;
        }

        @Override
        public void choose(Exchange exchange, Candidate candidate, boolean fallback, Optional<ProviderFailure> reason) {
            if (candidate.equals(defective)) {
                throw new IllegalStateException("a defect");
            }
        }

        @Override
        public ObjectNode call(Exchange exchange) {
            return call;
        }
    }

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        client = new UpstreamClient(
                vertx,
                TestSettings.bind("gaia.provider", Map.of(), ProviderSettings.class),
                TestSettings.bind("gaia.provider.connection", Map.of(), ConnectionSettings.class),
                Duration.ofSeconds(15));
        var figures = new AttemptFigures(new SimpleMeterRegistry(), ledger::add);
        var hedging = new Hedging(TestSettings.bind("gaia.provider.hedging", Map.of(), HedgeSettings.class));
        steps = new AttemptSteps(
                source, routes, TABLE, settings, new CallTimes(client, settings), figures, null, hedging);
        exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable(ChatVariables.TURN, JsonNodeFactory.instance.objectNode());
    }

    @AfterEach
    void stop() {
        client.close();
        vertx.close();
    }

    /** Its breaker is half-open after this: there is leave for one attempt. */
    private void fail(Candidate candidate) {
        long now = System.nanoTime();
        var leave = routes.enter(candidate, now).orElseThrow();
        routes.failed(candidate, leave, new ProviderFailure(Kind.TRANSIENT, "test"), now);
    }

    private void assertLeaveGivenBack() {
        assertThat(routes.enter(Q, System.nanoTime()))
                .hasValueSatisfying(leave -> assertThat(leave.route().probe()).isTrue());
        assertThat(ledger).extracting(AttemptRow::outcome).contains("local");
    }

    @Test
    void givesTheLeaveBackWhenTheModelCannotBeChosen() {
        fail(Q);
        source.candidates = List.of(Q);
        steps.planAttempts(exchange);

        assertThatThrownBy(() -> steps.takeCandidate(exchange)).isInstanceOf(IllegalStateException.class);

        assertLeaveGivenBack();
    }

    /** Words, then one that this process cannot read. */
    private static final class Unreadable implements JsonStream {

        private boolean closed;
        private boolean spoken;

        @Override
        public Optional<JsonNode> next() {
            if (spoken) {
                throw new IllegalStateException("a defect");
            }
            spoken = true;
            return Optional.of(JsonNodeFactory.instance.objectNode().put("text", "Some words"));
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private AnswerStream open(JsonStream words, Consumer<AnswerStream> ended) {
        var call = AttemptSteps.call(exchange);
        var settings = TestSettings.bind("gaia.provider.rescue", Map.of(), RescueSettings.class);
        var runaway = TestSettings.bind("gaia.provider.runaway", Map.of(), RunawaySettings.class);
        var rescuer = new Rescuer(call, source.call, settings, true, false, broken -> {
            throw new ProviderFailure(Kind.BROKEN, "nobody is left");
        });
        return new AnswerStream(
                call, words, new ClassifyFailure(TABLE), rescuer, new Runaway(source.call, runaway), source, ended);
    }

    /** The thread on which the client leaves and the one that reads may both close; then the turn is charged. */
    @Test
    void letsNobodyGoOnBeforeIsCountedWhatALeavingCallerHad() throws Exception {
        steps.planAttempts(exchange);
        steps.takeCandidate(exchange);
        var counting = new CountDownLatch(1);
        var answer = open(new Unreadable(), ended -> {
            try {
                counting.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(answer.next()).isPresent();

        var leaving = Thread.ofPlatform().start(answer::close);
        await().until(() -> leaving.getState() == Thread.State.WAITING);
        var reading = Thread.ofPlatform().start(answer::close);
        await().until(() -> reading.getState() != Thread.State.NEW && reading.getState() != Thread.State.RUNNABLE);
        assertThat(reading.isAlive()).isTrue();
        counting.countDown();
        reading.join();

        assertThat(ledger).extracting(AttemptRow::outcome).containsExactly("caller-gone");
        leaving.join();
    }

    /** Neither the model nor the client is to blame for it. */
    @Test
    void givesTheLeaveBackWhenAStreamMeetsADefect() throws Exception {
        fail(Q);
        source.candidates = List.of(Q);
        source.defective = P;
        steps.planAttempts(exchange);
        steps.takeCandidate(exchange);
        var unreadable = new Unreadable();
        var answer = open(unreadable, ended -> {});
        assertThat(answer.next()).isPresent();

        assertThatThrownBy(answer::next).isInstanceOf(IllegalStateException.class);
        answer.close();

        assertThat(unreadable.closed).isTrue();
        assertLeaveGivenBack();
        assertThat(ledger).extracting(AttemptRow::outcome).containsExactly("local");
        assertThat(AttemptSteps.call(exchange).turn().object().path("truncated").asBoolean())
                .isTrue();
    }

    @Test
    void endsTheAttemptWhenWhoIsToGoOnCannotBeChosen() throws Exception {
        steps.planAttempts(exchange);
        steps.takeCandidate(exchange);
        AttemptSteps.call(exchange).failed(new ProviderFailure(Kind.BROKEN, "cut"), source.call, false);
        exchange.setVariable(RescueSteps.BROKEN, new Broken(source.call, "delivered", 2));
        var rescue = new RescueSteps(
                source,
                new CallTimes(client, settings),
                TestSettings.bind("gaia.provider.rescue", Map.of(), RescueSettings.class));

        assertThatThrownBy(() -> rescue.takeSuccessor(exchange)).isInstanceOf(IllegalStateException.class);

        assertThat(ledger).extracting(AttemptRow::outcome).containsExactly("broken", "local");
    }
}
