package dev.gaia.drill;

import static dev.gaia.drill.Play.Fault.CLOSE_BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.drill.DrillProvider.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A provider that fails always, under load, with the limits as they are by default (failures F31). */
class DrillStormIT {

    private static final int CALLS = 600;
    private static final int AT_ONCE = 200;
    private static final int LATER_CALLS = 21;
    private static final int OPENING_CALLS = 6;
    private static final int CALLERS = 10;
    private static final long OPEN_NANOS = 2_000_000_000L;
    private static final long STORM_NANOS = 5_000_000_000L;

    /** In the three seconds after the first two; the breaker is open for at most 2, 4 and 8 s, and for less by chance. */
    private static final int PROBES_MAX = 4;

    @Test
    void answersAtOnceWhileEveryModelFailsAndRecoversByItself() throws Exception {
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("direct", provider.port(), Map.of());
                var client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            provider.play("down", new Script(List.of(Play.status(503)), List.of(Play.status(503))));
            var body = DrillClient.body("down", "drill-openai-down", false);
            for (int i = 0; i < OPENING_CALLS; i++) {
                client.ask(body, Map.of());
            }
            int before = provider.asked("down").size();
            long started = System.nanoTime();

            List<Future<Seen>> answers = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                answers.add(threads.submit(() -> client.ask(body, Map.of())));
            }
            var millis = new ArrayList<Long>();
            for (var answer : answers) {
                var seen = answer.get();
                assertThat(seen.status()).isEqualTo(503);
                assertThat(seen.header("retry-after")).isNotEmpty();
                millis.add(seen.millis());
            }

            // One attempt in each second although everything is shut, and one probe of each model when its time is
            // over.
            long seconds = (System.nanoTime() - started) / 1_000_000_000 + 1;
            assertThat(provider.asked("down").size() - before).isLessThanOrEqualTo((int) seconds * 3 + 1);
            millis.sort(null);
            assertThat(millis.get(AT_ONCE / 2)).isLessThan(5_000);
            provider.play("down", new Script(List.of(Play.well()), List.of(Play.well())));
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> client.ask(body, Map.of()).whole());
            assertThat(gaia.bean(UpstreamClient.class).underWay()).isZero();
        }
    }

    /** As a server in trouble answers, and as one that is gone does. */
    static Stream<Play> troubles() {
        return Stream.of(Play.status(503), Play.fault(CLOSE_BEFORE, 0));
    }

    /** The fallback is at another host: one that breaks off the calls of a model is shut for all its models. */
    @ParameterizedTest
    @MethodSource("troubles")
    void staysWithinTheBudgetAndAddsNothingOnceTheBreakerIsOpen(Play trouble) throws Exception {
        try (var provider = DrillProvider.start(0);
                var other = DrillProvider.start(0);
                var gaia = DrillGaia.start(
                        "direct",
                        provider.port(),
                        Map.of("gaia.provider.endpoints.anthropic.base-url", "http://127.0.0.1:" + other.port()));
                var client = new DrillClient(gaia.baseUrl(), "/api/v1/chat/completions", DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            provider.play("storm", new Script(List.of(trouble), List.of(trouble)));
            var body = DrillClient.body("storm", "drill-openai-storm", false);
            client.ask(DrillClient.body("warm-up", "drill-openai-warm-up", false), Map.of());

            var places = new Semaphore(AT_ONCE);
            List<Future<Seen>> answers = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                answers.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        return client.ask(body, Map.of());
                    } finally {
                        places.release();
                    }
                }));
            }
            for (var answer : answers) {
                var seen = answer.get();
                assertThat(seen.whole()).as(seen.summary()).isTrue();
            }
            assertThat(provider.asked("storm").size()).isLessThanOrEqualTo(AT_ONCE * 12 / 10);
            assertThat(other.asked("storm")).hasSize(CALLS);

            int askedOnce = 0;
            for (int i = 0; i < LATER_CALLS; i++) {
                askedOnce += client.ask(body, Map.of()).attempts() == 1 ? 1 : 0;
            }
            // The others have looked whether the model is back.
            assertThat(askedOnce).isGreaterThan(LATER_CALLS / 2);
            assertThat(gaia.bean(UpstreamClient.class).underWay()).isZero();
        }
    }

    /** Ten callers who never stop, while their model is away for a while: its attempts follow from no number of calls. */
    @Test
    void asksAModelThatIsAwayAtTheRateOfProbesAndDoesNotFloodItOnceItIsBack() throws Exception {
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start("direct", provider.port(), Map.of());
                var client = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            client.ask(DrillClient.body("warm-up", "drill-openai-warm-up", false), Map.of());
            provider.play("away", new Script(List.of(Play.status(503)), List.of(Play.well())));
            var over = new AtomicBoolean();
            var answered = new AtomicInteger();
            List<Future<Boolean>> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(threads.submit(() -> {
                    boolean whole = true;
                    while (!over.get()) {
                        whole &= client.ask(DrillClient.body("away", "drill-openai-away", false), Map.of())
                                .whole();
                        answered.incrementAndGet();
                    }
                    return whole;
                }));
            }

            // given a storm of some seconds
            await().until(() -> !provider.asked("away").isEmpty());
            long began = provider.asked("away").getFirst().atNanos();
            await().until(() -> System.nanoTime() - began > STORM_NANOS && answered.get() > CALLERS * 10);
            var storm = provider.asked("away");
            int stormCalls = answered.get();

            // then the breaker let through what it opened by, and then one probe each time it looks
            assertThat(attempts(storm, began, 0, OPEN_NANOS)).isLessThanOrEqualTo(2L * CALLERS);
            assertThat(attempts(storm, began, OPEN_NANOS, STORM_NANOS)).isLessThanOrEqualTo(PROBES_MAX);
            assertThat(storm.stream().filter(asked -> !asked.primary()).count())
                    .isBetween((long) stormCalls - CALLERS, (long) stormCalls + CALLERS);

            // and when it is back, it is asked no more often than there are calls
            provider.forget();
            int before = answered.get();
            provider.play("away", new Script(List.of(Play.well()), List.of(Play.well())));
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> provider.asked("away").stream()
                                    .filter(Asked::primary)
                                    .count()
                            > CALLERS * 10);
            over.set(true);
            for (var caller : callers) {
                assertThat(caller.get()).isTrue();
            }
            assertThat(provider.asked("away").size())
                    .isLessThanOrEqualTo((answered.get() - before) * 12 / 10 + 2 * CALLERS);
            assertThat(gaia.bean(UpstreamClient.class).underWay()).isZero();
        }
    }

    private static long attempts(List<Asked> asked, long began, long from, long to) {
        return asked.stream()
                .filter(Asked::primary)
                .filter(one -> one.atNanos() - began >= from && one.atNanos() - began < to)
                .count();
    }
}
