package dev.gaia.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A whole hub over HTTP on a database of its own, with both model providers faked at the wire. Requests are written with
 * single quotes; unless a test names another, the caller is {@link #caller}.
 */
public final class ChatHub implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    static final String SECRET = "a-secret-of-the-tests-with-enough-length";

    private final TestDatabase database = TestDatabase.migrated();
    private final FakeModelProvider provider = FakeModelProvider.start();
    private final Hub hub;
    private String caller = newCaller();

    private ChatHub(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("gaia.database.url", database.url());
        all.put("gaia.auth.jwt-secret", SECRET);
        all.put("gaia.chat.database-pause", "200ms");
        // Tests of one hub must not feel each other's failures.
        all.put("gaia.provider.attempts.breaker-failures", "1000");
        all.put("gaia.provider.attempts.breaker-results", "1000");
        all.putAll(provider.settings());
        all.putAll(settings);
        hub = Hub.with(all).start();
    }

    public static ChatHub start() {
        return new ChatHub(Map.of());
    }

    public static ChatHub with(Map<String, String> settings) {
        return new ChatHub(settings);
    }

    public static String newCaller() {
        return UUID.randomUUID().toString();
    }

    /** The credential of a user, as pair of header name and value. */
    public static String[] as(String user) {
        return new String[] {"Authorization", "Bearer " + token(user)};
    }

    /** A valid token of a user. */
    static String token(String user) {
        var now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .subject(user)
                .audience("authenticated")
                .issueTime(Date.from(now.minusSeconds(5)))
                .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
                .build();
        var token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    public String caller() {
        return caller;
    }

    /** From now on another, new caller asks, and the provider remembers nothing. */
    public String someoneNew() {
        caller = newCaller();
        provider.reset();
        return caller;
    }

    public TestDatabase database() {
        return database;
    }

    public FakeModelProvider provider() {
        return provider;
    }

    public Hub hub() {
        return hub;
    }

    public HttpResponse<String> get(String path) {
        return hub.get(path, as(caller));
    }

    public HttpResponse<String> post(String path, String body) {
        return hub.post(path, body.replace('\'', '"'), as(caller));
    }

    public HttpResponse<String> put(String path, String body) {
        return hub.send(hub.request(path, as(caller))
                .PUT(BodyPublishers.ofString(body.replace('\'', '"')))
                .build());
    }

    public HttpResponse<String> delete(String path) {
        return hub.send(hub.request(path, as(caller)).DELETE().build());
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return json(answer.body());
    }

    public static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** The data of the events of a stream, in order. */
    public static List<String> data(HttpResponse<String> answer) {
        return answer.body()
                .lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .toList();
    }

    /** The JSON documents of a stream, in order, without the end mark. */
    public static List<JsonNode> frames(HttpResponse<String> answer) {
        return data(answer).stream()
                .filter(data -> !"[DONE]".equals(data))
                .map(ChatHub::json)
                .toList();
    }

    @Override
    public void close() {
        hub.close();
        provider.close();
        database.close();
    }
}
