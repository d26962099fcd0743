package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.asset.FakeAssetProvider;
import dev.gaia.work.WorkComponent;
import io.nats.client.Nats;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that hold, and keys that count once, across two processes that share broker, database and files. */
class AssetReplicasIT {

    private static final String KEY = AssetHub.KEY;
    private static final String OTHER_KEY = AssetHub.OTHER_KEY;
    private static final String GENERATE = "/api/v1/assets/generate";
    private static final String OPENAI = "/openai/v1/images/generations";
    private static final String MESHY = "/meshy/openapi/v2/text-to-3d";
    private static final int PENDING_MAX = 10;

    @TempDir
    static Path folder;

    private static AssetReplicas replicas;
    private static TestDatabase database;
    private static FakeAssetProvider providers;
    private static List<Hub> hubs;

    @BeforeAll
    static void start() throws IOException {
        replicas = AssetReplicas.start(
                folder,
                Map.of(
                        "gaia.asset.meshy-interval-ms", "20",
                        "gaia.asset.generations-max", "2",
                        "gaia.asset.job-lease", "30s",
                        "gaia.asset.pending-max", Integer.toString(PENDING_MAX),
                        "gaia.asset.slot-timeout", "3s",
                        "gaia.asset.sweep-interval", "200ms",
                        "gaia.asset.upkeep-interval", "500ms"),
                "openai",
                "meshy");
        database = replicas.database();
        providers = replicas.providers();
        hubs = replicas.hubs();
    }

    @AfterAll
    static void stop() {
        if (replicas != null) {
            replicas.close();
        }
    }

    @BeforeEach
    void forget() {
        await().until(() -> "0".equals(open()));
        providers.reset();
    }

    private static String open() {
        return database.value("select count(*) from asset_generation_jobs where status in ('pending', 'processing')");
    }

    private static String body(String category, String description, String session) {
        return """
                {"category":"%s","style":"x","description":"%s","session_id":"%s"}""".formatted(category, description, session);
    }

    private static HttpResponse<String> order(int process, String body, String... headers) {
        return orderAs(KEY, process, body, headers);
    }

    private static HttpResponse<String> orderAs(String key, int process, String body, String... headers) {
        var all = new ArrayList<>(List.of(headers));
        all.addAll(List.of("X-API-Key", key));
        return hubs.get(process % 2).post(GENERATE, body, all.toArray(String[]::new));
    }

    /** The same order, given to both processes in turn, all at once. */
    private static List<HttpResponse<String>> atOnce(int count, String body, String... headers) throws Exception {
        return atOnce(count, i -> body, headers);
    }

    private static List<HttpResponse<String>> atOnce(int count, IntFunction<String> bodies, String... headers)
            throws Exception {
        List<HttpResponse<String>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<HttpResponse<String>>> running = IntStream.range(0, count)
                    .mapToObj(i -> threads.submit(() -> order(i, bodies.apply(i), headers)))
                    .toList();
            for (var each : running) {
                answers.add(each.get());
            }
        }
        return answers;
    }

    private static List<HttpResponse<String>> having(List<HttpResponse<String>> answers, int status) {
        return answers.stream().filter(answer -> answer.statusCode() == status).toList();
    }

    private static String generation(HttpResponse<String> answer) {
        return json(answer.body()).path("generation_id").asText();
    }

    private static String status(String generation) {
        return database.value("select status from asset_generation_jobs where generation_id = '" + generation + "'");
    }

    /** Fills both processes with generations whose provider keeps its answer back. */
    private static void fill(String token) {
        for (int i = 0; i < 4; i++) {
            var answer = order(
                    i,
                    body(
                            "image",
                            "fake-stall-create-" + token,
                            UUID.randomUUID().toString()),
                    "Prefer",
                    "respond-async");
            assertThat(answer.statusCode()).isEqualTo(202);
        }
        await().until(() -> providers.requests(OPENAI).size() == 4);
    }

    @Test
    void spendsNoMoreThanTheBudgetUnderAHundredRequestsAtOnce() throws Exception {
        String session = UUID.randomUUID().toString();

        var answers = atOnce(100, body("prop", "Parallel", session));

        // 0.50 allows five results of 0.10.
        assertThat(having(answers, 200)).hasSize(5);
        assertThat(having(answers, 429)).hasSize(95).allSatisfy(answer -> {
            assertThat(answer.body()).contains("budget_exceeded");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        });
        assertThat(providers.requests(MESHY)).hasSize(5);
        assertThat(database.value("select sum(cost) from asset_generation_jobs where session_id = '" + session + "'"))
                .isEqualTo("0.5000");
        assertThat(database.value("select sum(total_cost) from api_usage_costs u join asset_generation_jobs j"
                        + " on u.request_id = j.generation_id::text where session_id = '" + session + "'"))
                .isEqualTo("0.5000");
    }

    @Test
    void spendsNoMoreThanTheBudgetHoweverPricesMix() throws Exception {
        String session = UUID.randomUUID().toString();
        String cheaper = """
                {"category":"image","style":"x","description":"Mixed","session_id":"%s",
                 "requirements":{"platform":"vr","quality":"high"}}""".formatted(session);

        // By turns of 0.10 and 0.08, and both processes get both.
        var answers = atOnce(100, i -> i / 2 % 2 == 0 ? body("prop", "Mixed", session) : cheaper);

        assertThat(answers).allMatch(answer -> answer.statusCode() == 200 || answer.statusCode() == 429);
        String spent =
                database.value("select sum(cost) from asset_generation_jobs where session_id = '" + session + "'");
        assertThat(new BigDecimal(spent)).isPositive().isLessThanOrEqualTo(new BigDecimal("0.50"));
        assertThat(new BigDecimal(database.value(
                        "select sum(estimated_cost) from asset_generation_jobs where session_id = '" + session + "'")))
                .as("nothing else fitted, beside what got no place in time")
                .isGreaterThan(new BigDecimal("0.42"));
        assertThat(database.value("select sum(total_cost) from api_usage_costs u join asset_generation_jobs j"
                        + " on u.request_id = j.generation_id::text where session_id = '" + session + "'"))
                .isEqualTo(spent);
        assertThat(providers.requests(MESHY).size() + providers.requests(OPENAI).size())
                .isEqualTo(having(answers, 200).size());
    }

    @Test
    void refusesWhatGetsNoPlaceInTimeAndWhatFindsTooManyWaiting() throws Exception {
        fill("full");
        assertThat(database.value(
                        "select count(distinct worker) from asset_generation_jobs" + " where status = 'processing'"))
                .isEqualTo("2");
        String session = UUID.randomUUID().toString();
        List<String> events = new CopyOnWriteArrayList<>();
        var listener = Nats.connect(replicas.nats().url());
        listener.createDispatcher(message -> {
                    String event = new String(message.getData(), StandardCharsets.UTF_8);
                    if (event.contains(session)) {
                        events.add(message.getSubject());
                    }
                })
                .subscribe("gaia.asset.generation.*");
        listener.flush(Duration.ofSeconds(2));

        var late = order(0, body("image", "Late", session));

        assertThat(late.statusCode()).isEqualTo(429);
        assertThat(late.body()).contains("concurrency_limit");
        assertThat(late.headers().firstValue("Retry-After")).isPresent();
        assertThat(database.value("select status || ' ' || error_type || ' ' || cost from asset_generation_jobs"
                        + " where session_id = '" + session + "'"))
                .isEqualTo("failed concurrency_limit 0.0000");
        await().untilAsserted(() ->
                assertThat(events).containsExactly("gaia.asset.generation.started", "gaia.asset.generation.failed"));
        listener.close();

        var many = atOnce(30, body("image", "Waits", UUID.randomUUID().toString()), "Prefer", "respond-async");

        assertThat(providers.requests(OPENAI))
                .as("two in each process, and not one more")
                .hasSize(4);
        assertThat(having(many, 202)).hasSize(PENDING_MAX);
        assertThat(having(many, 429)).hasSize(30 - PENDING_MAX).allSatisfy(answer -> {
            assertThat(answer.body()).contains("concurrency_limit");
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        });
        providers.release("full");
        await().until(() -> "0".equals(open()));
        assertThat(having(many, 202))
                .allMatch(answer -> status(generation(answer)).equals("completed"));
        assertThat(providers.requests(OPENAI))
                .as("nothing twice, nothing given up")
                .hasSize(4 + PENDING_MAX);
    }

    @Test
    void makesOneResultForOneKeyWhoeverIsAsked() throws Exception {
        String session = UUID.randomUUID().toString();
        String body = body("image", "fake-stall-create-keyed", session);
        String key = UUID.randomUUID().toString();

        var first = order(0, body, "Idempotency-Key", key, "Prefer", "respond-async");
        await().until(() -> providers.stalls("keyed"));
        var again = atOnce(20, body, "Idempotency-Key", key);
        var different = order(1, body("image", "Another", session), "Idempotency-Key", key);
        var somebodyElse = orderAs(OTHER_KEY, 1, body("image", "Another", session), "Idempotency-Key", key);
        providers.release("keyed");
        await().until(() -> "completed".equals(status(generation(first))));
        var afterwards = order(1, body, "Idempotency-Key", key);

        assertThat(again).as("it runs").allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(202);
            assertThat(generation(answer)).isEqualTo(generation(first));
        });
        assertThat(different.statusCode()).isEqualTo(422);
        assertThat(somebodyElse.statusCode()).isEqualTo(200);
        assertThat(afterwards.statusCode()).isEqualTo(200);
        assertThat(afterwards.headers().firstValue("X-Generation-Id")).contains(generation(first));
        assertThat(providers.requests(OPENAI)).hasSize(2);
    }

    @Test
    void opensOneGenerationForAKeyThatComesTwentyTimesAtOnce() throws Exception {
        String key = UUID.randomUUID().toString();

        var answers = atOnce(20, body("image", "At once", UUID.randomUUID().toString()), "Idempotency-Key", key);

        assertThat(answers).allMatch(answer -> answer.statusCode() == 200 || answer.statusCode() == 202);
        await().until(() -> "0".equals(open()));
        assertThat(providers.requests(OPENAI)).hasSize(1);
    }

    @Test
    void finishesWhatAClientLeftBehind() {
        String session = UUID.randomUUID().toString();
        var hub = hubs.getFirst();
        var request = hub.request(GENERATE, "X-API-Key", KEY, "Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body("image", "fake-stall-create-left", session)))
                .build();
        var running = hub.httpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
        await().until(() -> providers.stalls("left"));

        running.cancel(true);
        providers.release("left");

        await().until(() -> database.value("select status || ' ' || (asset_id is not null)"
                        + " from asset_generation_jobs where session_id = '" + session + "'")
                .equals("completed true"));
    }

    @Test
    void goesOnWithoutTheBrokerAndAfterItsReturn() throws Exception {
        replicas.nats().kill();
        await().until(() -> hubs.stream().noneMatch(hub -> hub.connected()));

        var without = order(0, body("image", "Without", UUID.randomUUID().toString()));
        replicas.restartBroker();
        replicas.awaitBroker();
        var after = order(1, body("image", "After", UUID.randomUUID().toString()));

        assertThat(without.statusCode()).isEqualTo(200);
        assertThat(after.statusCode()).isEqualTo(200);
        assertThat(providers.requests(OPENAI)).hasSize(2);
    }

    @Test
    void handsOverWhatItDoesWhenItStops() {
        fill("busy");
        HttpResponse<String> accepted;
        try (Hub stopping = replicas.another(Map.of("gaia.asset.job-lease", "2s"))) {
            await().until(() -> stopping.connected());
            accepted = order(
                    0,
                    body("prop", "fake-stall-state-handed", UUID.randomUUID().toString()),
                    "Prefer",
                    "respond-async");
            await().until(() -> providers.stalls("handed"));
        }
        assertThat(status(generation(accepted))).isEqualTo("processing");

        providers.release("busy");
        providers.release("handed");

        await().until(() -> "completed".equals(status(generation(accepted))));
        assertThat(providers.requests(MESHY)).as("its task is given once").hasSize(1);
        assertThat(database.value(
                        "select count(*) from api_usage_costs where request_id = '" + generation(accepted) + "'"))
                .isEqualTo("1");
    }

    @Test
    void keepsAResultThatCameWhileTheDatabaseWasAway() {
        var picture = order(
                0, body("image", "fake-stall-create-away", UUID.randomUUID().toString()), "Prefer", "respond-async");
        var model = order(
                1, body("prop", "fake-stall-state-away", UUID.randomUUID().toString()), "Prefer", "respond-async");
        await().until(() -> providers.stalls("away")
                && providers.requests(OPENAI).size() + providers.requests(MESHY).size() == 2
                && !"null"
                        .equals(database.value("select provider_task_id from asset_generation_jobs"
                                + " where generation_id = '" + generation(model) + "'")));

        database.leave();
        providers.release("away");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> hubs.stream()
                        .allMatch(hub -> json(hub.get("/api/v1/assets/health", "X-API-Key", KEY)
                                        .body())
                                .at("/services/database")
                                .asText()
                                .equals("disconnected")));
        database.come();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> List.of(picture, model).stream()
                        .allMatch(answer -> "completed".equals(status(generation(answer)))));
        assertThat(providers.requests(OPENAI)).hasSize(1);
        assertThat(providers.requests(MESHY)).hasSize(1);
    }

    @Test
    @SuppressWarnings("try") // closing may be interrupted, as any call here
    void makesNoDeadLettersWhileTheDatabaseIsAway() throws Exception {
        database.leave();
        try (var publisher = Nats.connect(replicas.nats().url())) {
            publisher.publish("gaia.work.asset-job." + UUID.randomUUID(), new byte[0]);
            var management = publisher.jetStreamManagement();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> management
                                    .getStreamInfo("gaia-work-asset-job")
                                    .getStreamState()
                                    .getMsgCount()
                            == 0);
        } finally {
            database.come();
        }

        assertThat(hubs).allMatch(hub -> hub.bean(WorkComponent.class).buried() == 0);
        await().until(() ->
                order(0, body("image", "Afterwards", UUID.randomUUID().toString()))
                                .statusCode()
                        == 200);
    }

    @Test
    void forgetsGenerationsThatNobodyMayReadAnyMore() {
        database.execute(
                "insert into asset_generation_jobs (generation_id, user_id, session_id, request_hash, category,"
                        + " request, status, created_at) select gen_random_uuid(), 'somebody', 'old', repeat('0', 64), 'image',"
                        + " '{}', 'completed', now() - interval '31 days' from generate_series(1, 2500)");
        database.execute(
                "insert into asset_generation_jobs (generation_id, user_id, session_id, request_hash, category,"
                        + " request, status, created_at) values (gen_random_uuid(), 'somebody', 'old', repeat('0', 64), 'image',"
                        + " '{}', 'completed', now() - interval '29 days')");
        database.execute("insert into asset_budget_windows values ('somebody', 'old', now() - interval '3 days'),"
                + " ('somebody', 'new', now())");

        await().until(() ->
                "1".equals(database.value("select count(*) from asset_generation_jobs where session_id = 'old'")));
        await().untilAsserted(() -> assertThat(
                        database.column("select session_id from asset_budget_windows where user_id = 'somebody'"))
                .containsExactly("new"));
    }

    @Test
    void forgetsAfterADayWhatWasKeptOfGenerationsThatFailed() {
        database.execute(
                "insert into asset_generation_jobs (generation_id, user_id, session_id, request_hash, category,"
                        + " request, status, provider_result, completed_at) select gen_random_uuid(), 'somebody', 'kept-' || hours,"
                        + " repeat('0', 64), 'image', '{}', 'failed', '{\"kept\": {\"provider\": \"openai\"}}',"
                        + " (now() at time zone 'UTC') - make_interval(hours => hours) from unnest(array[23, 25]) hours");

        await().untilAsserted(() -> assertThat(
                        database.column("select session_id from asset_generation_jobs where session_id like 'kept-%'"
                                + " and provider_result is not null"))
                .containsExactly("kept-23"));
        assertThat(database.value("select status from asset_generation_jobs where session_id = 'kept-25'"))
                .isEqualTo("failed");
    }

    @Test
    void countsCallsOfAProviderTogether() throws Exception {
        database.execute("insert into asset_sources (source_type, source_name, rate_limit_per_minute)"
                + " values ('generated', 'limited', 5)");
        List<String> waits = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> running = IntStream.range(0, 12)
                    .mapToObj(i ->
                            threads.submit(() -> database.value("select asset_provider_turn('limited', 1, 70000)")))
                    .toList();
            for (var each : running) {
                waits.add(each.get());
            }
        }

        var millis = waits.stream().mapToLong(Long::parseLong).sorted().toArray();
        assertThat(millis).startsWith(-1, -1, 0, 0, 0, 0, 0);
        // The next five come a minute after the first five, and no more is promised within 70 s.
        assertThat(java.util.Arrays.stream(millis).skip(7)).allMatch(wait -> wait > 50_000 && wait <= 60_000);
        assertThat(database.value("select asset_provider_turn('nobody', 1, 0)")).isEqualTo("0");
    }
}
