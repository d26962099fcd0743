package dev.gaia.contract;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import dev.gaia.fake.FakeModelProvider;
import dev.gaia.fake.FakeSupabase;
import dev.gaia.fake.asset.FakeAssetProvider;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Gaia as a deployment has it: gateway, auth, chat and asset each for itself, joined by a real nats-server, on one real
 * PostgreSQL; the identity provider and the model and asset providers faked at the wire. What the documents' examples
 * name is there.
 */
final class ContractWorld implements AutoCloseable {

    static final String USER = "b81e2f6d-1c9a-4f3b-8d27-55a0c7e94e10";
    static final String CONVERSATION = "3f0c8a52-7d41-4f7e-9a63-0c5be4a1d2f9";
    static final String PERSONA = "6a4d9e07-52b8-4c1f-b0ea-9d3f71c85a26";
    static final String KEY = "key-of-the-contract";
    static final String OTHER_KEY = "key-of-somebody-without-rights";
    private static final String SECRET = "a-secret-of-the-tests-with-enough-length";
    private static final String WEBHOOK_SECRET = "a-secret-of-call-backs";

    private static final String ACCOUNT = """
            {"id":"%s","aud":"authenticated","role":"authenticated","email":"player.one@example.com","phone":"",
             "email_confirmed_at":"2026-11-01T09:12:44Z","app_metadata":{"provider":"email"},"user_metadata":{},
             "identities":[],"created_at":"2026-11-01T09:10:02Z","updated_at":"2026-11-01T09:10:02Z",
             "is_anonymous":false}""".formatted(USER);
    private static final String SESSION = """
            {"access_token":"the.access.token","token_type":"bearer","expires_in":3600,"expires_at":1795400000,
             "refresh_token":"refreshtoken1","user":%s}""".formatted(ACCOUNT);

    /** Puts back what the examples of the documents name, whatever a request did to it. */
    private static final String SEED = """
            insert into users (id, email) values ('%1$s', 'player.one@example.com') on conflict do nothing;
            insert into api_keys (user_id, key_hash, name) values ('%1$s', encode(sha256('%4$s'), 'hex'), 'other')
             on conflict do nothing;
            insert into conversations (id, user_id, title) values ('%2$s', '%1$s', 'Puzzle ideas')
             on conflict (id) do update set is_active = true;
            delete from personas where name in ('Guide', 'TestBot');
            insert into personas (id, name, description, system_prompt) values ('%3$s', 'Guide of the contract', 'A guide', 'You guide.')
             on conflict (id) do update set is_active = true, name = 'Guide of the contract';
            delete from api_usage_costs where user_id = '%1$s';
            """.formatted(USER, CONVERSATION, PERSONA, OTHER_KEY);

    private final Path folder;
    private final EmbeddedNats nats;
    private final TestDatabase database = TestDatabase.migrated();
    private final Connection connection;
    private final FakeModelProvider models = FakeModelProvider.start();
    private final FakeAssetProvider assets = FakeAssetProvider.start();
    private final FakeSupabase supabase = FakeSupabase.start();
    private final Hub gateway;
    private final Hub auth;
    private final List<Hub> others = new ArrayList<>();
    private final Map<String, String> ids = new HashMap<>();

    private ContractWorld(Path folder) throws IOException, SQLException {
        this.folder = folder;
        connection = database.dataSource().getConnection();
        nats = EmbeddedNats.start(folder.resolve("nats"));
        Path files = Files.createDirectories(folder.resolve("knowledge"));
        Files.writeString(files.resolve("notes.md"), "Notes");
        Files.createDirectories(files.resolve("kb"));
        answerAccounts();
        auth = linked("auth", Map.of());
        others.add(linked("chat", chatSettings()));
        others.add(linked("asset", assetSettings()));
        gateway = linked("gateway", Map.of());
        List<Hub> all = new ArrayList<>(others);
        all.addAll(List.of(auth, gateway));
        await().until(() -> all.stream().allMatch(hub -> hub.connected()));
        seed();
        generate();
    }

    static ContractWorld start(Path folder) throws IOException, SQLException {
        return new ContractWorld(folder);
    }

    private Hub linked(String service, Map<String, String> more) {
        return Hub.with(settings(database.url()))
                .with(Map.of(
                        "gaia.services", service,
                        "gaia.nats.url", nats.url(),
                        "gaia.link.auth", "nats",
                        "gaia.link.chat", "nats",
                        "gaia.link.asset", "nats"))
                .with(more)
                .start();
    }

    /** A hub that is all services at once, whose database is away. */
    Hub withoutDatabase() {
        return Hub.with(settings("postgresql://nobody@127.0.0.1:1/none"))
                .with(assetSettings())
                .with(chatSettings())
                .with("gaia.database.pool-timeout", "250ms")
                .with("gaia.chat.history-clear-timeout", "200ms")
                .with("gaia.chat.history-shutdown-timeout", "200ms")
                .with("gaia.chat.usage.shutdown-timeout", "200ms")
                .with("gaia.provider.ledger.shutdown-timeout", "200ms")
                .start();
    }

    private Map<String, String> settings(String database) {
        return Map.of(
                "gaia.database.url",
                database,
                "gaia.auth.jwt-secret",
                SECRET,
                "gaia.auth.api-key",
                KEY,
                "gaia.auth.supabase-url",
                supabase.url(),
                "gaia.auth.supabase-anon-key",
                "anon",
                "gaia.auth.provider.timeout",
                "2s",
                "gaia.health.check-timeout",
                "1s");
    }

    private Map<String, String> chatSettings() {
        Map<String, String> settings = models.settings();
        settings.putAll(Map.of(
                "gaia.files.root", folder.resolve("knowledge").toString(),
                "gaia.chat.usage.flush-interval", "50ms",
                "gaia.provider.attempts.breaker-failures", "10000",
                "gaia.provider.attempts.breaker-results", "10000",
                "gaia.provider.attempts.alone-max", "1",
                "gaia.provider.attempts.per-candidate-max", "1"));
        return settings;
    }

    private Map<String, String> assetSettings() {
        Map<String, String> settings =
                assets.settings("openai", "stability", "meshy", "mubert", "midjourney", "freesound", "polyhaven");
        settings.putAll(Map.of(
                "gaia.asset.storage.dir", folder.resolve("files").toString(),
                "gaia.asset.uploads-per-minute-max", "1000",
                "gaia.asset.retry-pause", "1ms",
                "gaia.asset.meshy-interval-ms", "20",
                "gaia.asset.mubert-interval-ms", "20",
                "gaia.asset.midjourney-interval-ms", "20",
                "gaia.asset.webhook.meshy-secret", WEBHOOK_SECRET,
                "gaia.asset.webhook.midjourney-secret", WEBHOOK_SECRET,
                "gaia.asset.webhook.mubert-secret", WEBHOOK_SECRET));
        return settings;
    }

    private void answerAccounts() {
        supabase.answer("token", 200, SESSION);
        supabase.answer("signup", 200, ACCOUNT);
        supabase.answer("verify", 200, SESSION);
        supabase.answer("resend", 200, "{}");
        supabase.answer("logout", 204, "");
    }

    /** From now on the identity provider refuses every account operation. */
    void refuseAccounts() {
        List.of("token", "signup", "verify", "resend", "logout")
                .forEach(operation -> supabase.answer(operation, 400, "{\"code\":400,\"msg\":\"No, thank you\"}"));
    }

    /** The identity provider works again. */
    void healAccounts() {
        supabase.behave(FakeSupabase.Mode.WELL);
        answerAccounts();
    }

    /** From now on the identity provider is out of order. */
    void breakAccounts() {
        supabase.behave(FakeSupabase.Mode.FAILING);
    }

    void seed() {
        try (var statement = connection.createStatement()) {
            statement.execute(SEED);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void generate() {
        var made = gateway.post(
                "/api/v1/assets/generate",
                "{\"category\":\"image\",\"style\":\"realistic\",\"description\":\"A lighthouse\"}",
                as(USER));
        try {
            ids.put(
                    "asset_id",
                    new ObjectMapper().readTree(made.body()).path("asset_id").asText());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(made.body(), e);
        }
        ids.put("generation_id", made.headers().firstValue("X-Generation-Id").orElseThrow());
        ids.put("conversation_id", CONVERSATION);
        ids.put("persona_id", PERSONA);
    }

    ContractSamples samples() {
        return new ContractSamples(ids);
    }

    Hub gateway() {
        return gateway;
    }

    /** Sends a request as it is to a hub. */
    static HttpResponse<String> send(Hub hub, ContractRequest request) {
        return hub.send(request.to(hub.baseUrl()));
    }

    /** Sends a request as it is, to the gateway or, where the gateway has no such operation, to auth. */
    HttpResponse<String> send(ContractRequest request) {
        return send(request.operation().internal() ? auth : gateway, request);
    }

    /** Whether the identity provider has a say in it, also without credentials. */
    static boolean ofAccounts(ContractOperation operation) {
        return operation.id().matches("auth(Login|Register|Refresh|Confirm|Resend)V.*");
    }

    static boolean administrative(ContractOperation operation) {
        return operation.path().endsWith("/pricing/update");
    }

    /** Requests that speak of credentials, with such as are good; the documents' examples cannot have them. */
    static List<ContractRequest> withCredentials(ContractOperation operation) {
        String token = as(USER)[1].substring("Bearer ".length());
        ContractRequest request = ContractRequest.of(operation);
        if (operation.id().startsWith("authValidate")) {
            return List.of(
                    request.label("a good token").json("{\"token\":\"" + token + "\"}"),
                    request.label("a good key").json("{\"api_key\":\"" + KEY + "\"}"));
        } else if (operation.id().startsWith("authLogout")) {
            return List.of(request.label("somebody's").header("Authorization", "Bearer " + token));
        }
        return List.of();
    }

    /** The same request with the credentials or the signature that it needs. */
    static ContractRequest allowed(ContractRequest request) {
        ContractOperation operation = request.operation();
        if (operation.path().contains("/webhooks/")) {
            String provider = operation.path().replaceFirst(".*/", "");
            return request.header(
                    "x-" + provider + "-signature", signature(request.body().orElseThrow()));
        } else if (operation.open()) {
            return request;
        } else if (operation.internal()) {
            return request.header("X-API-Key", KEY);
        }
        String[] credential = as(administrative(operation) ? "admin" : USER);
        return request.header(credential[0], credential[1]);
    }

    private static String signature(byte[] body) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The credential of a user, or of the administrator. */
    static String[] as(String user) {
        Instant now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .subject(user)
                .audience("authenticated")
                .issueTime(Date.from(now.minusSeconds(5)))
                .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
                .claim("app_metadata", "admin".equals(user) ? Map.of("role", "admin") : Map.of())
                .build();
        var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return new String[] {"Authorization", "Bearer " + token.serialize()};
    }

    /** From now on the gateway is alone. */
    void stopSegments() {
        auth.close();
        others.forEach(Hub::close);
        others.clear();
    }

    @Override
    public void close() {
        gateway.close();
        auth.close();
        others.forEach(Hub::close);
        supabase.close();
        assets.close();
        models.close();
        database.close();
        nats.close();
    }
}
