package dev.gaia.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.link.LinkFailure;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work queues with a real nats-server: whatever dies, nothing that was given away is lost. */
class WorkIT {

    private static final String STREAM = "gaia-work-test-job";

    @TempDir
    Path store;

    private EmbeddedNats server;
    private final List<WorkSide> sides = new CopyOnWriteArrayList<>();
    private final Map<String, AtomicInteger> done = new ConcurrentHashMap<>();

    @BeforeEach
    void startServer() throws IOException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        server = EmbeddedNats.start(store);
    }

    @AfterEach
    void stop() {
        sides.reversed().forEach(WorkSide::close);
        server.close();
    }

    private WorkSide side() {
        var side = new WorkSide(server.url());
        sides.add(side);
        return side;
    }

    private static String id(Exchange exchange) {
        return exchange.getMessage().getHeader("workId", String.class);
    }

    private void note(Exchange exchange) {
        done.computeIfAbsent(id(exchange), known -> new AtomicInteger()).incrementAndGet();
    }

    private long left(WorkSide side) throws IOException, JetStreamApiException {
        return side.broker
                .connection()
                .orElseThrow()
                .jetStreamManagement()
                .getStreamInfo(STREAM)
                .getStreamState()
                .getMsgCount();
    }

    private static Processor stalling(CountDownLatch begun, CountDownLatch end) {
        return exchange -> {
            begun.countDown();
            end.await();
        };
    }

    @Test
    void sharesWorkAmongProcessesEachWithinItsOwnBound() throws Exception {
        var most = new ConcurrentHashMap<Integer, Integer>();
        var bothWork = new CountDownLatch(2);
        var workers = new ArrayList<WorkSide>();
        for (int each = 0; each < 2; each++) {
            int number = each;
            var now = new AtomicInteger();
            var begun = new AtomicBoolean();
            workers.add(side().worker("workersMax=2", exchange -> {
                        most.merge(number, now.incrementAndGet(), Math::max);
                        if (begun.compareAndSet(false, true)) {
                            bothWork.countDown();
                        }
                        assertThat(bothWork.await(30, TimeUnit.SECONDS)).isTrue();
                        now.decrementAndGet();
                        note(exchange);
                    })
                    .connected());
        }

        IntStream.range(0, 40)
                .forEach(i -> assertThat(workers.getFirst().add("job-" + i)).isEmpty());

        await().untilAsserted(() -> assertThat(done).hasSize(40));
        assertThat(done.values()).allMatch(times -> times.get() == 1);
        assertThat(most)
                .hasSize(2)
                .allSatisfy((process, highest) -> assertThat(highest).isLessThanOrEqualTo(2));
        await().until(() -> left(workers.getFirst()) == 0);
    }

    @Test
    void keepsWorkOnceWhileItWaitsOrIsBeingDone() throws Exception {
        var giver = side().connected();
        IntStream.range(0, 3).forEach(i -> assertThat(giver.add("same")).isEmpty());
        assertThat(left(giver)).isEqualTo(1);
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        side().worker("lease=300ms", exchange -> {
                    note(exchange);
                    stalling(begun, end).process(exchange);
                })
                .connected();
        begun.await();

        // Longer than the broker waits for a sign of life.
        await().during(Duration.ofMillis(900))
                .until(() -> giver.add("same").isEmpty() && done.get("same").get() == 1);
        end.countDown();

        await().until(() -> left(giver) == 0);
        assertThat(done.get("same").get()).isEqualTo(1);
    }

    @Test
    void givesTheWorkOfADeadProcessToAnother() throws Exception {
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var dying = side().worker("lease=300ms", stalling(begun, never)).connected();
        assertThat(dying.add("left-behind")).isEmpty();
        begun.await();

        dying.die();
        var heir = side().worker("lease=300ms", this::note).connected();

        await().untilAsserted(() -> assertThat(done).containsKey("left-behind"));
        await().until(() -> left(heir) == 0);
        never.countDown();
    }

    @Test
    void givesBackWhatItDoesWhenItStops() throws Exception {
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var stopping = side().worker("lease=500ms", stalling(begun, never)).connected();
        assertThat(stopping.add("given-back")).isEmpty();
        begun.await();

        sides.remove(stopping);
        stopping.close();
        side().worker("lease=60s", this::note).connected();

        await().untilAsserted(() -> assertThat(done).containsKey("given-back"));
    }

    @Test
    void losesNothingWhenTheBrokerIsKilledInTheMiddle() throws Exception {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var worker = side().worker("lease=2s", exchange -> {
                    note(exchange);
                    stalling(begun, end).process(exchange);
                })
                .connected();
        IntStream.range(0, 5).forEach(i -> assertThat(worker.add("job-" + i)).isEmpty());
        begun.await();

        server.kill();
        await().until(() -> !worker.broker.connected());
        assertThat(worker.add("meanwhile"))
                .hasValueSatisfying(failure -> assertThat(failure).isInstanceOf(LinkFailure.class));
        assertThat(worker.addHere("meanwhile")).isEmpty();
        end.countDown();
        server = EmbeddedNats.start(store, server.port());

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(done).hasSize(6));
        await().atMost(Duration.ofSeconds(20)).until(() -> left(worker) == 0);
    }

    @Test
    void findsAStreamAgainThatABrokerLost() throws Exception {
        var worker = side().worker("lease=300ms", this::note).connected();
        assertThat(worker.add("before")).isEmpty();
        await().untilAsserted(() -> assertThat(done).containsKey("before"));

        worker.broker.connection().orElseThrow().jetStreamManagement().deleteStream(STREAM);

        await().until(() -> worker.add("after").isEmpty());
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(done).containsKey("after"));
    }

    @Test
    void buriesWhatFailsAgainAndAgainWithItsReason() throws Exception {
        var worker = side().worker("deliveriesMax=2", exchange -> {
                    note(exchange);
                    throw new IllegalStateException("poison");
                })
                .connected();

        assertThat(worker.add("bad")).isEmpty();

        await().until(() -> left(worker) == 0);
        assertThat(done.get("bad").get()).isEqualTo(2);
        MessageInfo dead = lastLetter(worker);
        assertThat(new String(dead.getData(), java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("bad");
        assertThat(dead.getHeaders().getFirst("reason")).contains("poison");
        assertThat(dead.getHeaders().getFirst("deliveries")).isEqualTo("2");
    }

    private static MessageInfo lastLetter(WorkSide side) throws IOException, JetStreamApiException {
        return side.broker
                .connection()
                .orElseThrow()
                .jetStreamManagement()
                .getLastMessage(STREAM + "-dead", "gaia.dead.test-job");
    }

    @Test
    void buriesWhatNoProcessLivesThrough() throws Exception {
        var begun = new CountDownLatch(1);
        var never = new CountDownLatch(1);
        var dying = side().worker("deliveriesMax=1&lease=300ms", stalling(begun, never))
                .connected();
        assertThat(dying.add("deadly")).isEmpty();
        begun.await();

        dying.die();
        var heir = side().worker("deliveriesMax=1&lease=300ms", this::note).connected();

        await().until(() -> heir.work.buried() == 1);
        await().until(() -> left(heir) == 0);
        assertThat(lastLetter(heir).getHeaders().getFirst("reason")).contains("no process lived to the end of it");
        assertThat(done).doesNotContainKey("deadly");
        never.countDown();
    }

    @Test
    void tellsAllProcessesOfDeadLettersAndDoesThemAgainWhenTheyArePublished() throws Exception {
        var mended = new AtomicBoolean();
        var worker = side().worker("deliveriesMax=1&lease=300ms", exchange -> {
                    if (!mended.get()) {
                        throw new IllegalStateException("poison");
                    }
                    note(exchange);
                })
                .connected();
        assertThat(worker.add("bad")).isEmpty();
        await().until(() -> worker.work.buried() == 1 && worker.work.dead() == 1);

        var other = side().worker("lease=300ms", this::note).connected();
        await().until(() -> other.work.dead() == 1);
        assertThat(other.work.buried()).isZero();

        mended.set(true);
        var connection = worker.broker.connection().orElseThrow();
        connection.publish("gaia.work.test-job.bad", new byte[0]);
        await().untilAsserted(() -> assertThat(done).containsKey("bad"));
        connection.jetStreamManagement().purgeStream(STREAM + "-dead");
        await().until(() -> worker.work.dead() + other.work.dead() == 0);
    }

    @Test
    void worksAloneWithoutABroker() throws Exception {
        var alone = new WorkSide("").worker("workersMax=1", this::note).start();
        sides.add(alone);

        assertThat(alone.add("given"))
                .hasValueSatisfying(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                LinkFailure.class,
                                reason -> assertThat(reason.kind()).isEqualTo(LinkFailure.Kind.DISCONNECTED)));
        assertThat(alone.addHere("given")).isEmpty();
        assertThat(alone.addHere("given")).isEmpty();

        await().untilAsserted(() -> assertThat(done).containsKey("given"));
        await().until(() -> alone.work.waiting() + alone.work.running() == 0);
        assertThat(done.get("given").get()).isBetween(1, 2);
    }

    @Test
    void worksAloneWithABrokerThatKeepsNothing() throws Exception {
        server.close();
        await("the place of the server that stops").until(() -> !listens(server.port()));
        var plain = new ProcessBuilder(
                        EmbeddedNats.binary().orElseThrow().toString(),
                        "--addr",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(server.port()))
                .redirectErrorStream(true)
                .redirectOutput(store.resolve("plain.log").toFile())
                .start();
        try {
            var side = new WorkSide("nats://127.0.0.1:" + server.port());
            sides.add(side);
            side.worker("workersMax=1", this::note).connected();

            assertThat(side.add("given"))
                    .hasValueSatisfying(failure -> assertThat(failure).isInstanceOf(LinkFailure.class));
            assertThat(side.addHere("given")).isEmpty();

            await().untilAsserted(() -> assertThat(done).containsKey("given"));
        } finally {
            plain.destroy();
        }
    }

    private static boolean listens(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void takesNoNameThatIsASubjectOfItsOwn() {
        var side = side().connected();

        for (String id : List.of("", "a.b", "*", ">", "x".repeat(65))) {
            assertThat(side.add(id).map(Object::getClass)).isEqualTo(Optional.of(IllegalArgumentException.class));
        }
    }
}
