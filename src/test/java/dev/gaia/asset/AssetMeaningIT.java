package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.json;
import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.fake.asset.FakeAssetProvider;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Search by meaning, with a provider that speaks OpenAI's form and vectors in a real PostgreSQL. */
class AssetMeaningIT {

    private static final String SEARCH = "/api/v1/assets/search";
    private static final String REQUEST = "/api/v1/assets/request";
    private static final String EMBEDDINGS = "/openai/v1/embeddings";

    @TempDir
    static Path folder;

    private static FakeAssetProvider provider;
    private static AssetHub assets;

    @BeforeAll
    static void start() {
        provider = FakeAssetProvider.start();
        var settings = provider.settings("embedding");
        settings.putAll(Map.of(
                "gaia.asset.embedding.model", "auto",
                "gaia.asset.embedding.timeout", "500ms",
                "gaia.asset.embedding.batch-max", "2",
                "gaia.asset.simulated", "true"));
        assets = AssetHub.start(folder, settings);
    }

    @AfterAll
    static void stop() {
        assets.close();
        provider.close();
    }

    @BeforeEach
    void forget() {
        assets.database().execute("update assets set deleted_at = now()");
        provider.vectorLength(384);
        assets.hub().spring().getBean("asset-embedding", CircuitBreaker.class).reset();
    }

    private static String stored(String category, String title) {
        String id = UUID.randomUUID().toString();
        assets.database()
                .execute("insert into assets (id, category, title, file_url, storage_type, storage_path, quality_score)"
                        + " values ('" + id + "', '" + category + "', '" + title
                        + "', 'generated/x/x.png', 'supabase', 'generated/x/x.png', 0.9)");
        return id;
    }

    /** Waits until the vector of an asset is in memory: its meaning is found, not its words. */
    private static String meant(String category, String title) {
        String id = stored(category, title);
        await().until(() -> "text-embedding-3-small".equals(model(id)));
        int expected = Integer.parseInt(assets.database().value("select count(*) from asset_embeddings"));
        await().until(() -> health().at("/search/vectors_in_memory").asInt() >= expected);
        return id;
    }

    private static String model(String id) {
        var models = assets.database().column("select model from asset_embeddings where asset_id = '" + id + "'");
        return models.isEmpty() ? "" : models.getFirst();
    }

    private static JsonNode health() {
        return json(assets.get("/api/v1/assets/health").body());
    }

    private static JsonNode search(String query) {
        return requireAnswer(assets.get(SEARCH + "?query=" + query), 200, "get", SEARCH);
    }

    @Test
    void findsWhatIsMeantInOtherWords() {
        String lamp = meant("prop", "Old brass lamp");
        meant("prop", "Green kettle");

        var found = search("lantern+of+brass");

        assertThat(found.path("search_mode").asText()).isEqualTo("semantic");
        assertThat(found.path("search_strategy").asText()).isEqualTo("database");
        assertThat(found.path("total_count").asInt()).isEqualTo(1);
        assertThat(found.at("/assets/0/id").asText()).isEqualTo(lamp);
        assertThat(found.at("/assets/0/similarity").asDouble()).isGreaterThan(0.99);
        var sent = provider.requests(EMBEDDINGS).getLast();
        assertThat(sent.headers()).containsEntry("authorization", "Bearer key-of-embedding");
        assertThat(sent.body().path("dimensions").asInt()).isEqualTo(384);
        assertThat(health().at("/search/mode").asText()).isEqualTo("semantic");
        assertThat(health().at("/search/nearness").asText()).isEqualTo("memory");
    }

    @Test
    void asksOnceForTheVectorOfASearch() {
        meant("prop", "Wooden boat");
        search("a+ship+asked+twice");
        int asked = provider.requests(EMBEDDINGS).size();

        search("a+ship+asked+twice");

        assertThat(provider.requests(EMBEDDINGS)).hasSize(asked);
    }

    @Test
    void booksEachCallOnceOnItsCallerAndThoseForAssetsOnNobody() {
        assets.database().execute("delete from api_usage_costs");
        provider.reset();
        meant("prop", "Brass lamp");

        requireAnswer(assets.getAsOther(SEARCH + "?query=lantern+to+be+booked"), 200, "get", SEARCH);
        requireAnswer(assets.getAsOther(SEARCH + "?query=lantern+to+be+booked"), 200, "get", SEARCH);

        assertThat(bookings("user_id = '00000000-0000-4000-8000-000000000002'"))
                .containsExactly("openai_gpt text_embedding text-embedding-3-small 7 0.00000014");
        assertThat(bookings("user_id = 'system'"))
                .isNotEmpty()
                .allMatch(booking -> booking.startsWith("openai_gpt text_embedding text-embedding-3-small"));
        assertThat(bookings("true")).hasSameSizeAs(provider.requests(EMBEDDINGS));
    }

    @Test
    void booksWhatWasAnsweredThoughItIsOfNoUseAndNothingThatFailed() {
        meant("prop", "Brass lamp");
        assets.database().execute("delete from api_usage_costs");

        search("fake-status-500+that+is+free");
        assertThat(bookings("user_id <> 'system'")).isEmpty();

        provider.vectorLength(1536);
        search("a+lamp+as+long+as+never");
        assertThat(bookings("user_id <> 'system'")).hasSize(1);
    }

    @Test
    void searchesByMeaningThoughNothingCanBeBooked() {
        String lamp = meant("prop", "Brass lamp");
        assets.database().execute("alter table api_usage_costs rename to api_usage_costs_away");
        try {
            var found = search("lantern+that+nobody+books");

            assertThat(found.path("search_mode").asText()).isEqualTo("semantic");
            assertThat(found.at("/assets/0/id").asText()).isEqualTo(lamp);
        } finally {
            assets.database().execute("alter table api_usage_costs_away rename to api_usage_costs");
        }
    }

    /** What was booked, with its exact price. */
    private static List<String> bookings(String which) {
        return assets.database()
                .column("select concat_ws(' ', provider_key, operation, model, tokens,"
                        + " (units * unit_cost)::numeric(14, 8)) from api_usage_costs where " + which);
    }

    @Test
    void prefersAmongEqualsWhatIsTaggedWithTheWantedStyle() {
        String styled = stored("prop", "Velvet cushion");
        assets.database().execute("update assets set style_tags = '{Vintage}' where id = '" + styled + "'");
        stored("prop", "Velvet cushion");

        var answer = requireAnswer(
                assets.post(
                        REQUEST,
                        "{'category':'prop','style':'vintage','description':'velvet cushion','preferences':"
                                + "{'allow_external':false}}"),
                200,
                "post",
                REQUEST);

        assertThat(answer.path("asset_id").asText()).isEqualTo(styled);
    }

    @Test
    void comparesNothingUnderTheThresholdAndKeepsToCategoryAndOwner() {
        meant("prop", "Brass and more brass");
        String secret = meant("image", "Teapot of silver");
        assets.database()
                .execute("update assets set visibility = 'private', created_by = 'somebody' where id = '" + secret
                        + "'");

        // One of three concepts is shared: a similarity of 0.58.
        assertThat(search("brass+ship+kettle").path("total_count").asInt()).isZero();
        assertThat(search("kettle").path("total_count").asInt()).isZero();
        assertThat(search("brass&category=image").path("total_count").asInt()).isZero();
        assertThat(search("brass&category=prop").path("total_count").asInt()).isEqualTo(1);
    }

    @Test
    void offersToARequestWhatIsMeantInOtherWords() {
        String lamp = meant("prop", "Brass lamp");

        var answer = requireAnswer(
                assets.post(
                        REQUEST,
                        "{'category':'prop','style':'x','description':'lantern made from brass','preferences':"
                                + "{'allow_external':false}}"),
                200,
                "post",
                REQUEST);

        assertThat(answer.path("asset_id").asText()).isEqualTo(lamp);
        assertThat(answer.path("source").asText()).isEqualTo("database");
    }

    @Test
    void findsByWordsWhatHasNoVectorYet() {
        meant("prop", "Brass lamp");
        assets.hub().spring().getBean("asset-embedding", CircuitBreaker.class).transitionToForcedOpenState();
        String fresh = stored("prop", "Velvet curtain");

        var found = search("velvet+curtain");

        assertThat(found.at("/assets/0/id").asText()).isEqualTo(fresh);
        assertThat(model(fresh)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake-stalled+lamp", "fake-status-500+lamp", "fake-status-400+lamp"})
    void searchesByWordsWhenTheModelDoesNotAnswer(String query) {
        String lamp = meant("prop", "Brass lamp");

        var found = search(query);

        assertThat(found.path("search_mode").asText()).isEqualTo("text");
        assertThat(found.at("/assets/0/id").asText()).isEqualTo(lamp);
        assertThat(health().at("/search/mode").asText()).isEqualTo("text");
        assertThat(search("lantern").path("search_mode").asText()).isEqualTo("semantic");
    }

    @Test
    void searchesByWordsWhenVectorsHaveTheWrongLength() {
        meant("prop", "Brass lamp");
        provider.vectorLength(1536);

        var found = search("a+lamp+of+another+length");

        assertThat(found.path("search_mode").asText()).isEqualTo("text");
        assertThat(found.path("total_count").asInt()).isEqualTo(1);
    }

    /** The function stands in for the one that is made with pgvector, which the test's database has not. */
    @Test
    void hasTheDatabaseCompareWhereItCan() throws Exception {
        String lamp = meant("prop", "Brass lamp");
        meant("prop", "Green kettle");
        assets.database().execute("""
                create or replace function asset_near_vectors(
                    p_model text, p_category text, p_sought text, p_threshold double precision, p_limit integer)
                    returns table (id uuid, similarity double precision) language sql stable as $$
                    select asset_id, near from (
                        select e.asset_id, (
                            select sum(l * r)::double precision
                            from unnest(e.embedding, translate(p_sought, '[]', '{}')::real[]) as n (l, r)) as near
                        from asset_embeddings e join assets a on a.id = e.asset_id
                        where e.model = p_model and (p_category = '' or a.category = p_category)) compared
                    where near >= p_threshold order by near desc limit p_limit
                $$""");
        compareBy("pgvector");
        try {
            var found = search("lantern+of+brass&category=prop");

            assertThat(found.path("search_mode").asText()).isEqualTo("semantic");
            assertThat(found.path("total_count").asInt()).isEqualTo(1);
            assertThat(found.at("/assets/0/id").asText()).isEqualTo(lamp);
            assertThat(health().at("/search/nearness").asText()).isEqualTo("pgvector");
        } finally {
            compareBy("memory");
        }
    }

    private static void compareBy(String kind) throws Exception {
        var answer = new DefaultExchange(assets.hub().spring().getBean(CamelContext.class));
        answer.getMessage().setBody(json("{\"nearness\":\"" + kind + "\"}"));
        assets.hub().spring().getBean("keepNearness", Processor.class).process(answer);
    }

    @Test
    void refusesSearchesWhileTheDatabaseIsAway() {
        var database = assets.hub().spring().getBean("asset-database", CircuitBreaker.class);
        database.transitionToForcedOpenState();
        try {
            requireAnswer(assets.get(SEARCH + "?query=brass"), 503, "get", SEARCH);
        } finally {
            database.reset();
        }
    }

    @Test
    void givesUploadsAndGenerationsTheirVectors() {
        var made = requireAnswer(
                assets.post("/api/v1/assets/generate", "{'category':'image','style':'x','description':'A small boat'}"),
                200,
                "post",
                "/api/v1/assets/generate");

        await().until(() ->
                "text-embedding-3-small".equals(model(made.path("asset_id").asText())));
    }

    @Test
    void makesVectorsAnewWhenTheModelChanges() {
        String lamp = meant("prop", "Brass lamp");
        assets.database().execute("update asset_embeddings set model = 'another-model'");

        await().untilAsserted(() -> assertThat(assets.database()
                        .value("select count(*) from asset_embeddings e join assets a on a.id = e.asset_id"
                                + " where a.deleted_at is null and e.model <> 'text-embedding-3-small'"))
                .isEqualTo("0"));

        await().untilAsserted(() ->
                assertThat(search("lantern").at("/assets/0/id").asText()).isEqualTo(lamp));
        assertThat(assets.database()
                        .value("select array_length(embedding, 1) from asset_embeddings where asset_id = '" + lamp
                                + "'"))
                .isEqualTo("384");
    }
}
