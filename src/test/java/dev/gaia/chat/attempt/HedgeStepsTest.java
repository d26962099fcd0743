package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.Candidate.Traits;
import dev.gaia.chat.provider.ConnectionSettings;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.link.Departure;
import dev.gaia.mapping.TableReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A race of two models: who is told of what, whichever comes first (failures 6). */
class HedgeStepsTest {

    private static final Candidate P = candidate("p");
    private static final Candidate Q = candidate("q");
    private static final Candidate R = candidate("r");
    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));
    private static final long PATIENCE_SECONDS = 3;

    private final Vertx vertx = Vertx.vertx();
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final List<String> rows = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, Processor> models = new ConcurrentHashMap<>();
    private final CountDownLatch secondChosen = new CountDownLatch(1);
    private volatile Runnable choosing = () -> {};
    private UpstreamClient client;
    private CallTimes times;
    private ModelCall call;
    private Exchange exchange;

    private static Candidate candidate(String name) {
        return new Candidate(name, name, "model-" + name, false, Traits.UNKNOWN);
    }

    private final class Models extends PlainCalls {

        @Override
        public List<Candidate> candidates(Exchange exchange) {
            return List.of(P, Q, R);
        }

        @Override
        public void choose(Exchange of, Candidate candidate, boolean fallback, Optional<ProviderFailure> reason) {
            secondChosen.countDown();
            choosing.run();
            call(of).put("model", candidate.model());
        }

        @Override
        public ObjectNode call(Exchange of) {
            return of.getVariable(ChatVariables.CALL, ObjectNode.class);
        }
    }

    @BeforeEach
    void beginACall() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:chat-attempt").process(attempt -> {
                    var model = attempt.getVariable(ChatVariables.CALL, ObjectNode.class)
                            .path("model")
                            .asText();
                    asked.add(model);
                    models.get(model).process(attempt);
                });
            }
        });
        camel.start();
        var second = Duration.ofSeconds(1);
        client = new UpstreamClient(
                vertx,
                TestSettings.bind("gaia.provider", Map.of(), ProviderSettings.class),
                new ConnectionSettings(second, List.of(), second, second, second, second, second, 3),
                second);
        var settings = TestSettings.attempts(Map.of());
        times = new CallTimes(client, settings);
        var routes = new Routes(TABLE, settings, new Random(1), route -> 1, (name, state) -> {});
        long now = System.nanoTime();
        long until = now + Duration.ofSeconds(90).toNanos();
        var plan = new AttemptPlan(List.of(P, Q, R), routes, TABLE, settings, new Random(2), until, 6);
        var figures = new AttemptFigures(
                new SimpleMeterRegistry(),
                row -> rows.add(row.provider() + " " + row.outcome() + " "
                        + row.cancelledBy().orElse("-") + (row.inputTokens().orElse(0) > 0 ? " charged" : "")));
        exchange = new DefaultExchange(camel);
        exchange.setVariable(ChatVariables.TURN, JsonNodeFactory.instance.objectNode());
        var document = JsonNodeFactory.instance.objectNode().put("model", P.model());
        document.putArray("messages").addObject().put("role", "user").put("content", "Say something, please.");
        exchange.setVariable(ChatVariables.CALL, document);
        exchange.setVariable(HedgeSteps.HEDGE_AFTER, 1_000_000L);
        call = new ModelCall(
                plan,
                routes,
                figures,
                new ModelCall.Caller("request", "user"),
                new CallTimes.Deadlines(until, until),
                Departure.of(exchange),
                P,
                new TurnGateway(P, JsonNodeFactory.instance.objectNode()));
        exchange.setVariable(ModelCall.VARIABLE, call);
        times.attempt(exchange, call, (Ask) plan.next(now));
    }

    @AfterEach
    void stop() {
        camel.stop();
        client.close();
        vertx.close();
    }

    private void race() throws Exception {
        var settings = new HashMap<>(Map.of("enabled", "true", "share", "1"));
        var hedging = new Hedging(TestSettings.bind("gaia.provider.hedging", settings, HedgeSettings.class));
        hedging.countCall(System.nanoTime());
        new HedgeSteps(new Models(), times, hedging, camel).raceAttempts(exchange);
    }

    private static Processor answer(String text) {
        return attempt -> attempt.getMessage().setBody(text);
    }

    private static Processor after(CountDownLatch latch, Processor then) {
        return attempt -> {
            latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            then.process(attempt);
        };
    }

    /** Answers as well, unless it is let go. */
    private static Processor slow(String text) {
        return after(new CountDownLatch(1), answer(text));
    }

    private static Processor failure(Kind kind) {
        return attempt -> {
            throw new ProviderFailure(kind, "test");
        };
    }

    @Test
    void tellsOfTheOneThatLost() throws Exception {
        models.put(P.model(), slow("first"));
        models.put(Q.model(), answer("second"));

        race();

        assertThat(exchange.getMessage().getBody()).isEqualTo("second");
        assertThat(call.candidate()).isEqualTo(Q);
        assertThat(asked).as("one beside the first").containsExactly(P.model(), Q.model());
        assertThat(rows).containsExactly("p hedged gateway charged");
        assertThat(call.turn().object().path("attempts").asInt()).isEqualTo(2);
    }

    @Test
    void tellsOfTheSecondThatWasJustBeingSent() throws Exception {
        models.put(P.model(), after(secondChosen, answer("first")));
        models.put(Q.model(), answer("second"));
        var answered = new CountDownLatch(1);
        choosing = () -> {
            // Hears of nothing until the first one has answered for good.
            while (answered.getCount() > 0) {
                Thread.onSpinWait();
            }
        };

        race();
        answered.countDown();

        assertThat(exchange.getMessage().getBody()).isEqualTo("first");
        assertThat(call.candidate()).isEqualTo(P);
        assertThat(rows).containsExactly("q hedged gateway charged");
        assertThat(call.turn().object().path("attempts").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"REFUSAL", "REQUEST"})
    void takesNoAnswerInPlaceOfARefusal(Kind kind) {
        models.put(P.model(), after(secondChosen, failure(kind)));
        models.put(Q.model(), slow("second"));

        var thrown = catchThrowableOfType(ProviderFailure.class, this::race);

        assertThat(thrown.kind()).isEqualTo(kind);
        assertThat(call.candidate()).isEqualTo(P);
        assertThat(rows).containsExactly("q hedged gateway charged");
    }

    @Test
    void takesTheOtherAnswerInPlaceOfAFailure() throws Exception {
        var first = new CompletableFuture<Thread>();
        models.put(P.model(), attempt -> {
            first.complete(Thread.currentThread());
            after(secondChosen, failure(Kind.TRANSIENT)).process(attempt);
        });
        models.put(Q.model(), attempt -> {
            assertThat(first.get(30, TimeUnit.SECONDS).join(Duration.ofSeconds(30)))
                    .as("the first one has failed")
                    .isTrue();
            attempt.getMessage().setBody("second");
        });

        race();

        assertThat(exchange.getMessage().getBody()).isEqualTo("second");
    }

    @Test
    void takesTheFirstAnswerThoughTheSecondRefuses() throws Exception {
        var refused = new CountDownLatch(1);
        models.put(P.model(), after(refused, answer("first")));
        models.put(Q.model(), attempt -> {
            refused.countDown();
            throw new ProviderFailure(Kind.REFUSAL, "test");
        });

        race();

        assertThat(exchange.getMessage().getBody()).isEqualTo("first");
    }
}
