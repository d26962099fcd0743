package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Random keys, thousands of them: refused, while the database hardly notices and everybody else goes on. */
class KeyFloodIT {

    private static final String ADMIN_KEY = "the-configured-key";
    private static final String PATH = "/api/v1/assets/health";
    private static final int FLOOD = 20_000;
    private static final int AT_ONCE = 64;

    private final CountStatements statements = new CountStatements();
    private TestDatabase database;
    private Hub hub;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
        CredentialRoutes.addOwner(database);
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        ADMIN_KEY,
                        "gaia.auth.jwt-secret",
                        CredentialRoutes.SECRET,
                        "gaia.auth.key.unknown-lookups-address-max",
                        "20",
                        "gaia.auth.key.upkeep-interval",
                        "1s"))
                .bean("countStatements", statements)
                .start();
    }

    @AfterEach
    void stop() {
        hub.close();
        database.close();
    }

    @Test
    void refusesRandomKeysWithoutAskingTheDatabase() throws Exception {
        // given: keys that exist, none of which was used yet
        for (int i = 0; i < 50; i++) {
            CredentialRoutes.addKey(database, "good " + i, "true", "null");
        }
        await().until(() -> hub.bean(KeyDirectory.class).lists(CredentialDigest.of("good 49")));
        int before = statements.lookups();
        long start = System.nanoTime();

        // when
        var flood = new Flood();
        var good = new ArrayList<Integer>();
        long slowest = 0;
        for (int i = 0; i < 200; i++) {
            long sent = System.nanoTime();
            good.add(hub.get(PATH, "X-API-Key", "good " + i % 50).statusCode());
            slowest = Math.max(slowest, System.nanoTime() - sent);
        }
        String made = new ObjectMapper()
                .readTree(hub.post("/api/v1/auth/keys", "{}", "X-API-Key", ADMIN_KEY)
                        .body())
                .path("key")
                .asText();
        good.add(hub.get(PATH, "X-API-Key", made).statusCode());
        good.add(hub.get(PATH, "Authorization", "Bearer " + Tokens.good()).statusCode());
        flood.await();

        // then
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(flood.statuses).hasSize(FLOOD).containsOnly(403);
        assertThat(flood.bodies).containsOnly("{\"detail\":\"Could not validate credentials\"}");
        assertThat(good).containsOnly(200);
        assertThat(Duration.ofNanos(slowest)).isLessThan(Duration.ofSeconds(10));
        int lookups = statements.lookups() - before;
        System.out.printf("%d random keys in %.1f s: %d look-ups%n", FLOOD, seconds, lookups);
        assertThat(lookups).isLessThanOrEqualTo(52 + (int) Math.ceil(20 * (seconds + 1)));
    }

    @Test
    void looksAKeyUpThatSomebodyWroteIntoTheTableOnceTheFloodIsOver() throws Exception {
        new Flood().await();
        CredentialRoutes.addKey(database, "by hand", "true", "null");

        await().until(() -> hub.get(PATH, "X-API-Key", "by hand").statusCode() == 200);
    }

    @Test
    void saysThatItCannotTellWhenTheDirectoryWasNotReadable() {
        database.execute("alter table api_keys rename to api_keys_away");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !hub.bean(KeyDirectory.class).knowsAll());

        var statuses = new ArrayList<Integer>();
        for (int i = 0; i < 100; i++) {
            statuses.add(hub.get(PATH, "X-API-Key", "random " + i).statusCode());
        }

        assertThat(statuses).containsOnly(500);
    }

    @Test
    void looksANewKeyUpOnceForManyRequestsAtOnce() throws Exception {
        await().until(() -> hub.bean(KeyDirectory.class).knowsAll());
        int before = statements.lookups();
        CredentialRoutes.addKey(database, "popular", "true", "null");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 100; i++) {
                statuses.add(threads.submit(
                        () -> hub.get(PATH, "X-API-Key", "popular").statusCode()));
            }
            for (var status : statuses) {
                assertThat(status.get()).isEqualTo(200);
            }
        }
        assertThat(statements.lookups() - before).isLessThan(10);
    }

    /** Sends random keys from many connections at once, as fast as it goes. */
    private final class Flood {
        final ConcurrentLinkedQueue<Integer> statuses = new ConcurrentLinkedQueue<>();
        final Set<String> bodies = ConcurrentHashMap.newKeySet();
        private final List<Future<?>> senders = new ArrayList<>();

        Flood() {
            var left = new AtomicInteger(FLOOD);
            var threads = Executors.newVirtualThreadPerTaskExecutor();
            for (int i = 0; i < AT_ONCE; i++) {
                senders.add(threads.submit(() -> {
                    while (left.getAndDecrement() > 0) {
                        var answer = hub.get(PATH, "X-API-Key", "gaia_dev_" + UUID.randomUUID());
                        statuses.add(answer.statusCode());
                        bodies.add(answer.body());
                    }
                }));
            }
            threads.shutdown();
        }

        void await() throws Exception {
            for (var sender : senders) {
                sender.get();
            }
        }
    }
}
