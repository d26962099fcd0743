package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.GaiaProcess;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.asset.FakeAssetProvider;
import io.nats.client.Nats;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One process is killed while it holds a generation at each step of its way, from scratch and of a stored asset that is
 * adapted, and another one goes on. What stops a generation at its step is the other side of a wire: a provider that keeps its answer back, a lock in the database, a
 * broker that stands still.
 */
class AssetCrashIT {

    private static final String KEY = AssetHub.KEY;
    private static final String GENERATE = "/api/v1/assets/generate";
    private static final String REQUEST = "/api/v1/assets/request";
    private static final String OPENAI = "/openai/v1/images/generations";
    private static final String EDITS = "/openai/v1/images/edits";
    private static final String MESHY = "/meshy/openapi/v2/text-to-3d";
    private static final String REMESH = "/meshy/openapi/v1/remesh";
    private static final String RETEXTURE = "/meshy/openapi/v1/retexture";

    /** Steps at which it is not known whether the provider was paid. */
    private static final List<String> LOST =
            List.of("called", "accepting", "local", "pictured", "editing", "edited", "retexturing", "restaging");

    /** Steps at which a provider has a task. */
    private static final List<String> ACCEPTED =
            List.of("accepted", "downloading", "modelled", "retextured", "fetching", "remodelled", "restaged");

    @TempDir
    static Path folder;

    private static EmbeddedNats nats;
    private static TestDatabase database;
    private static FakeAssetProvider providers;
    private static GaiaProcess killed;
    private static Hub heir;

    /** Ids of the generations by the step at which they were. */
    private static final Map<String, String> generations = new HashMap<>();

    @BeforeAll
    static void killAndGoOn() throws Exception {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        nats = EmbeddedNats.start(folder.resolve("nats"));
        database = TestDatabase.migrated();
        // What a provider allows in a minute would hold up its tasks.
        database.execute("update asset_sources set rate_limit_per_minute = 10000");
        providers = FakeAssetProvider.start();
        killed = GaiaProcess.start(Path.of("target/killed.log"), settings("14"));
        base("image", "A brass lantern");
        base("prop", "An oak barrel");

        // A file lies where the folder of textures should be made: a result that is paid and cannot be stored.
        Path blocked = folder.resolve("files/generated/texture");
        Files.createFile(blocked);
        order("held", "texture", "Held");
        await().until(() -> "true"
                .equals(database.value("select jsonb_exists(provider_result, 'kept')::text from asset_generation_jobs"
                        + " where generation_id = '" + generations.get("held") + "'")));

        order("called", "image", "fake-stall-create-called");
        order("accepting", "prop", "fake-stall-create-accepting");
        order("accepted", "prop", "fake-stall-state-accepted");
        order("downloading", "prop", "fake-stall-file-downloading");
        order("pictured", "image", "fake-stall-create-pictured");
        order("modelled", "prop", "fake-stall-state-modelled");
        adapt("editing", "image", "fake-stall-create-editing", "brass lantern");
        adapt("edited", "image", "fake-stall-create-edited", "brass lantern");
        adapt("retexturing", "prop", "fake-stall-create-retexturing", "oak barrel");
        adapt("retextured", "prop", "fake-stall-state-retextured", "oak barrel");
        adapt("fetching", "prop", "fake-stall-file-fetching", "oak barrel");
        adapt("remodelled", "prop", "fake-stall-state-remodelled", "oak barrel");
        // Two tasks each: fewer polygons, and then a surface.
        adapt("restaging", "prop", "fake-stall-create-restaging", "oak barrel", 2000);
        adapt("restaged", "prop", "fake-stall-state-restaged", "oak barrel", 2000);
        await("all at their step")
                .until(() -> Stream.concat(LOST.stream(), ACCEPTED.stream())
                        .filter(step -> !"local".equals(step))
                        .allMatch(providers::stalls));
        order("published", "image", "Published");
        await().until(() -> messages() == 15);

        // From here on the broker hears nothing: no acknowledgement, no new work.
        signal("STOP");
        order("local", "image", "fake-stall-create-local");
        providers.release("accepted");
        await().until(() -> "completed".equals(status("accepted")));
        await("the place that is free now").until(() -> providers.stalls("local"));
        order("written", "image", "Written");
        assertThat(status("written")).isEqualTo("pending");

        // Files are stored, and their rows wait for this lock.
        try (Connection lock = database.dataSource().getConnection()) {
            lock.setAutoCommit(false);
            lock.createStatement().execute("lock table asset_generations in exclusive mode");
            providers.release("pictured");
            providers.release("modelled");
            providers.release("edited");
            providers.release("remodelled");
            await().until(() -> "4"
                    .equals(database.value("select count(*) from pg_locks where not granted"
                            + " and relation = 'asset_generations'::regclass")));
            assertThat(files().stream().filter(file -> file.matches("generated/[^/]+/[^/]+")))
                    .as("two stored before, accepted, four that wait; and published, if it found a place first")
                    .hasSizeBetween(7, 8);
            assertThat(List.of("pictured", "modelled", "edited", "remodelled"))
                    .allMatch(step -> "90"
                            .equals(database.value("select round(progress) from asset_generation_jobs"
                                    + " where generation_id = '" + generations.get(step) + "'")));

            killed.kill();
            database.execute("select pg_terminate_backend(pid) from pg_locks where not granted");
            lock.rollback();
        }
        nats.kill();
        nats = EmbeddedNats.start(folder.resolve("nats"), nats.port());
        LOST.forEach(providers::release);
        ACCEPTED.forEach(providers::release);
        providers.reset();
        Files.delete(blocked);
        // As when the pause before storing is tried again is over.
        database.execute("update asset_generation_jobs set lease_until = null where generation_id = '"
                + generations.get("held") + "'");
        heir = Hub.with(settings("6")).start();
        await().until(() -> "0"
                .equals(database.value(
                        "select count(*) from asset_generation_jobs" + " where status in ('pending', 'processing')")));
    }

    @AfterAll
    static void stop() {
        if (killed != null) {
            killed.close();
        }
        if (heir != null) {
            heir.close();
            providers.close();
            database.close();
            nats.close();
        }
    }

    private static Map<String, String> settings(String generationsMax) {
        var settings = providers.settings("openai", "meshy");
        settings.putAll(AssetHub.shared(nats, database, folder));
        settings.putAll(Map.of(
                "gaia.asset.meshy-interval-ms",
                "20",
                "gaia.asset.generations-max",
                generationsMax,
                "gaia.asset.job-lease",
                "3s",
                "gaia.asset.storage.retry-pause",
                "10m",
                "gaia.asset.sweep-interval",
                "200ms"));
        return settings;
    }

    /** A stored asset that is good enough to be adapted, and not to be used as it is. */
    private static void base(String category, String description) throws Exception {
        var made = killed.send(order(
                killed.request(GENERATE, "X-API-Key", KEY), "base-" + category, category, "realistic", description));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        database.execute("update assets set quality_score = 0.7, metadata = metadata || '{\"polygon_count\": 90000}'"
                + " where id = '" + json(made.body()).path("asset_id").asText() + "'");
    }

    private static void order(String step, String category, String description) throws Exception {
        accept(step, begin(GENERATE, step), category, "realistic", description);
    }

    private static void adapt(String step, String category, String style, String description, int... polygons)
            throws Exception {
        accept(step, begin(REQUEST, step), category, style, description, polygons);
        assertThat(database.value("select strategy from asset_generation_jobs where generation_id = '"
                        + generations.get(step) + "'"))
                .isEqualTo("hybrid");
    }

    private static HttpRequest.Builder begin(String path, String step) {
        return killed.request(path, "X-API-Key", KEY, "Prefer", "respond-async", "Idempotency-Key", "key-" + step);
    }

    private static void accept(
            String step,
            HttpRequest.Builder request,
            String category,
            String style,
            String description,
            int... polygons)
            throws Exception {
        var answer = killed.send(order(request, step, category, style, description, polygons));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        generations.put(step, json(answer.body()).path("generation_id").asText());
    }

    private static HttpRequest order(
            HttpRequest.Builder request,
            String step,
            String category,
            String style,
            String description,
            int... polygons) {
        String more = polygons.length == 0 ? "" : ",\"polygon_count_max\":" + polygons[0];
        return request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                        {"category":"%s","style":"%s","description":"%s","session_id":"session-%s",
                         "preferences":{"allow_external":false},
                         "requirements":{"platform":"vr","quality":"medium"%s}}""".formatted(category, style, description, step, more)))
                .build();
    }

    private static HttpResponse<String> again(
            String path, String step, String category, String style, String description) {
        return heir.send(order(
                heir.request(path, "X-API-Key", KEY, "Idempotency-Key", "key-" + step),
                step,
                category,
                style,
                description));
    }

    private static String status(String step) {
        return database.value(
                "select status from asset_generation_jobs where generation_id = '" + generations.get(step) + "'");
    }

    @SuppressWarnings("try") // its close may be interrupted, as any call here
    private static long messages() throws Exception {
        var connection = Nats.connect(nats.url());
        try {
            return connection
                    .jetStreamManagement()
                    .getStreamInfo("gaia-work-asset-job")
                    .getStreamState()
                    .getMsgCount();
        } finally {
            connection.close();
        }
    }

    private static void signal(String name) throws IOException, InterruptedException {
        ProcessHandle server = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().command().orElse("").endsWith("nats-server"))
                .findFirst()
                .orElseThrow();
        new ProcessBuilder("kill", "-" + name, Long.toString(server.pid()))
                .start()
                .waitFor();
    }

    private static SortedSet<String> files() throws IOException {
        Path root = folder.resolve("files");
        try (var files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .filter(file -> file.startsWith("generated/")
                            || file.startsWith("previews/")
                            || file.startsWith(".incoming/"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void goesOnWithWhatWasNotBegun() {
        assertThat(List.of("published", "written"))
                .allMatch(step -> status(step).equals("completed"));
    }

    @Test
    void storesWhatWasPaidAndCouldNotBeStored() {
        assertThat(status("held")).isEqualTo("completed");
        assertThat(providers.requests(OPENAI))
                .noneMatch(request -> request.text().contains("Held"));
    }

    @Test
    void goesOnWithTasksThatAProviderHasAccepted() {
        assertThat(ACCEPTED).allMatch(step -> status(step).equals("completed"));
        assertThat(List.of(MESHY, RETEXTURE, REMESH))
                .as("no task is given twice")
                .allMatch(path -> providers.requests(path).isEmpty());
    }

    @Test
    void failsWhatMayHaveBeenPaidAlreadyAndAsksNobodyAgain() {
        assertThat(database.column("select error_message from asset_generation_jobs where status = 'failed'"))
                .hasSize(LOST.size())
                .containsOnly("Asset request failed: interrupted by restart");
        assertThat(LOST).allMatch(step -> status(step).equals("failed"));
        assertThat(providers.requests(OPENAI))
                .as("only what was not begun, and what other tests order")
                .noneMatch(request -> request.text().contains("fake-stall"));
        assertThat(providers.requests(EDITS)).isEmpty();
    }

    @Test
    void chargesEachResultOnceAndNothingElse() {
        assertThat(database.value("select count(*) from api_usage_costs"))
                .as("two stored before, one paid before, two not begun, and what was accepted")
                .isEqualTo(Integer.toString(5 + ACCEPTED.size()));
        assertThat(database.value("select count(*) from asset_generation_jobs j where j.cost <> case"
                        + " when status = 'completed' then j.estimated_cost else 0 end"))
                .isEqualTo("0");
        assertThat(database.value("select count(*) from asset_generation_jobs j left join api_usage_costs u"
                        + " on u.request_id = j.generation_id::text and u.total_cost = j.cost"
                        + " where (u.request_id is null) <> (j.status = 'failed')"))
                .isEqualTo("0");
    }

    @Test
    void notesOnceWhatWasAdaptedFromWhat() {
        assertThat(database.column("select j.session_id from asset_modifications m"
                        + " join asset_generation_jobs j on j.asset_id = m.modified_asset_id"
                        + " join assets base on base.id = m.base_asset_id and base.description = 'An oak barrel'"
                        + " where j.strategy = 'hybrid' and m.modification_cost = j.cost"))
                .containsExactlyInAnyOrder(
                        "session-retextured", "session-fetching", "session-remodelled", "session-restaged");
        assertThat(database.value("select count(*) from asset_modifications")).isEqualTo("4");
        assertThat(database.value("select cost from asset_generation_jobs where session_id = 'session-restaged'"))
                .as("both tasks")
                .isEqualTo("0.1000");
    }

    @Test
    void leavesNoFileThatNoRowKnows() throws IOException {
        var known = new TreeSet<>(
                database.column("select storage_path from assets union select preview_image_url from assets union"
                        + " select value from assets, jsonb_each_text(metadata -> 'model_urls')"));

        assertThat(files()).isEqualTo(known);
    }

    @Test
    void leavesNoMessage() throws Exception {
        await().until(() -> messages() == 0);
    }

    @Test
    void answersTheKeysOfBeforeWithTheirOutcome() {
        var finished = again(GENERATE, "accepted", "prop", "realistic", "fake-stall-state-accepted");
        var adapted = again(REQUEST, "retextured", "prop", "fake-stall-state-retextured", "oak barrel");
        var interrupted = again(GENERATE, "called", "image", "realistic", "fake-stall-create-called");
        var other = again(GENERATE, "accepted", "prop", "realistic", "Another");

        assertThat(finished.statusCode()).isEqualTo(200);
        assertThat(finished.headers().firstValue("X-Generation-Id")).contains(generations.get("accepted"));
        assertThat(adapted.statusCode()).isEqualTo(200);
        assertThat(json(adapted.body()).path("source").asText()).isEqualTo("hybrid");
        assertThat(interrupted.statusCode()).isEqualTo(500);
        assertThat(interrupted.body()).contains("interrupted by restart");
        assertThat(other.statusCode()).isEqualTo(422);
    }
}
