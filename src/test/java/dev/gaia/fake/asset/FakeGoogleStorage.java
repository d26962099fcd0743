package dev.gaia.fake.asset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands in for Google Cloud Storage with one bucket named {@code assets} (providers.md 13.3), and for the server that
 * gives tokens to its service account. Strict: it checks the signatures of token requests and of links, and refuses
 * calls without a token, and uploads that were not described before.
 */
public final class FakeGoogleStorage implements AutoCloseable {

    private static final String ACCOUNT = "writer@project-of-the-test.iam.gserviceaccount.com";
    private static final String TOKEN = "token-of-the-test";
    private static final String OBJECTS = "/storage/v1/b/assets/o";

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, StorageFile> files = new ConcurrentSkipListMap<>();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private final KeyPair key;
    private final HttpServer server;

    private record Upload(String name, String type, String cacheControl, long size) {}

    public FakeGoogleStorage() {
        try {
            var pairs = KeyPairGenerator.getInstance("RSA");
            pairs.initialize(2048);
            key = pairs.generateKeyPair();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        server.createContext("/", this::serve);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Writes the file of the service account, as Google hands it out. */
    public Path credentials(Path folder) throws IOException {
        String pem = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(key.getPrivate().getEncoded());
        ObjectNode account = json.createObjectNode()
                .put("type", "service_account")
                .put("project_id", "project-of-the-test")
                .put("private_key_id", "1")
                .put("private_key", "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n")
                .put("client_email", ACCOUNT)
                .put("client_id", "1")
                .put("token_uri", url() + "/token");
        return Files.write(folder.resolve("account.json"), json.writeValueAsBytes(account));
    }

    /** How often a token was given. */
    public int tokens() {
        return tokens.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            StorageAnswer answer;
            try {
                answer = answer(exchange, body);
            } catch (GeneralSecurityException e) {
                answer = error(500);
            }
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    private StorageAnswer answer(HttpExchange exchange, byte[] body) throws IOException, GeneralSecurityException {
        String path = exchange.getRequestURI().getRawPath();
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String call = exchange.getRequestMethod();
        if (path.equals("/token") && call.equals("POST")) {
            return token(new String(body, StandardCharsets.UTF_8));
        }
        if (path.startsWith("/assets/") && call.equals("GET")) {
            return query.containsKey("X-Goog-Signature") && !signed(exchange, query)
                    ? error(403)
                    : file(path.substring("/assets/".length()), Optional.empty());
        }
        if (path.equals("/upload" + OBJECTS) && call.equals("PUT")) {
            return keep(Optional.ofNullable(uploads.remove(query.getOrDefault("upload_id", ""))), body);
        }
        if (!("Bearer " + TOKEN).equals(header(exchange, "authorization"))) {
            return error(401);
        }
        if (path.equals("/upload" + OBJECTS) && call.equals("POST")) {
            return begin(exchange, query, json.readTree(body));
        }
        if (path.equals(OBJECTS) && call.equals("GET")) {
            return list(query);
        }
        if (path.startsWith(OBJECTS + "/") && path.indexOf('/', OBJECTS.length() + 1) < 0) {
            String name = decoded(path.substring(OBJECTS.length() + 1));
            return switch (call) {
                case "GET" ->
                    "media".equals(query.get("alt"))
                            ? file(name, Optional.of(header(exchange, "range")))
                            : described(name);
                case "DELETE" ->
                    files.remove(name) == null ? error(404) : new StorageAnswer(204, new byte[0], Map.of());
                default -> error(405);
            };
        }
        return error(404);
    }

    private StorageAnswer token(String form) throws IOException, GeneralSecurityException {
        String[] jwt = query(form).getOrDefault("assertion", "").split("\\.", -1);
        var check = Signature.getInstance("SHA256withRSA");
        check.initVerify(key.getPublic());
        check.update((jwt[0] + "." + jwt[1]).getBytes(StandardCharsets.US_ASCII));
        JsonNode claims = json.readTree(Base64.getUrlDecoder().decode(jwt[1]));
        if (!check.verify(Base64.getUrlDecoder().decode(jwt[2]))
                || !ACCOUNT.equals(claims.path("iss").asText())
                || !claims.path("scope").asText().contains("https://www.googleapis.com/auth/")) {
            return error(400);
        }
        tokens.incrementAndGet();
        return json(json.createObjectNode()
                .put("access_token", TOKEN)
                .put("expires_in", 3600)
                .put("token_type", "Bearer"));
    }

    /** A V4 signature over the request as it came. */
    private boolean signed(HttpExchange exchange, Map<String, String> query) throws GeneralSecurityException {
        String raw = exchange.getRequestURI().getRawQuery();
        String request = String.join(
                "\n",
                "GET",
                exchange.getRequestURI().getRawPath(),
                raw.substring(0, raw.indexOf("&X-Goog-Signature")),
                "host:" + header(exchange, "host"),
                "",
                "host",
                "UNSIGNED-PAYLOAD");
        String credential = query.getOrDefault("X-Goog-Credential", "");
        String hash = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(request.getBytes(StandardCharsets.UTF_8)));
        var check = Signature.getInstance("SHA256withRSA");
        check.initVerify(key.getPublic());
        check.update(String.join(
                        "\n",
                        "GOOG4-RSA-SHA256",
                        query.get("X-Goog-Date"),
                        credential.substring(credential.indexOf('/') + 1),
                        hash)
                .getBytes(StandardCharsets.UTF_8));
        return credential.startsWith(ACCOUNT + "/")
                && credential.endsWith("/auto/storage/goog4_request")
                && Long.parseLong(query.get("X-Goog-Expires")) <= 604800
                && check.verify(HexFormat.of().parseHex(query.get("X-Goog-Signature")));
    }

    private StorageAnswer begin(HttpExchange exchange, Map<String, String> query, JsonNode described)
            throws IOException {
        String name = query.getOrDefault("name", "");
        String type = described.path("contentType").asText();
        if (!"resumable".equals(query.get("uploadType"))
                || !"0".equals(query.get("ifGenerationMatch"))
                || name.isEmpty()
                || type.isEmpty()
                || !type.equals(header(exchange, "x-upload-content-type"))
                || !described.path("cacheControl").asText().equals("max-age=3600")) {
            return error(400);
        }
        if (files.containsKey(name)) {
            return error(412);
        }
        String id = "upload-" + uploads.size() + "-" + System.nanoTime();
        uploads.put(
                id,
                new Upload(
                        name,
                        type,
                        described.path("cacheControl").asText(),
                        Long.parseLong(header(exchange, "x-upload-content-length"))));
        return new StorageAnswer(
                200,
                new byte[0],
                Map.of("Location", url() + "/upload" + OBJECTS + "?uploadType=resumable&upload_id=" + id));
    }

    private StorageAnswer keep(Optional<Upload> upload, byte[] body) throws IOException {
        if (upload.isEmpty()) {
            return error(404);
        }
        if (upload.get().size() != body.length) {
            return error(400);
        }
        var kept = new StorageFile(body, upload.get().type(), upload.get().cacheControl(), Instant.now());
        return files.putIfAbsent(upload.get().name(), kept) == null
                ? described(upload.get().name())
                : error(412);
    }

    private StorageAnswer described(String name) throws IOException {
        StorageFile file = files.get(name);
        return file == null
                ? error(404)
                : json(json.createObjectNode().put("name", name).put("size", Integer.toString(file.bytes().length)));
    }

    private StorageAnswer file(String name, Optional<String> range) throws IOException {
        StorageFile file = files.get(name);
        if (file == null) {
            return error(404);
        }
        return file.answer(range);
    }

    /** A page behind the name in the token; an empty bucket has no {@code items}. */
    private StorageAnswer list(Map<String, String> query) throws IOException {
        int max = Integer.parseInt(query.getOrDefault("maxResults", "1000"));
        List<String> names = files.keySet().stream()
                .filter(name -> name.compareTo(query.getOrDefault("pageToken", "")) > 0)
                .limit(max + 1L)
                .toList();
        ObjectNode page = json.createObjectNode().put("kind", "storage#objects");
        names.stream()
                .limit(max)
                .forEach(name -> page.withArray("items")
                        .addObject()
                        .put("name", name)
                        .put("timeCreated", files.get(name).written().toString()));
        if (names.size() > max) {
            page.put("nextPageToken", names.get(max - 1));
        }
        return json(page);
    }

    private StorageAnswer json(JsonNode document) throws IOException {
        return new StorageAnswer(200, json.writeValueAsBytes(document), Map.of("Content-Type", "application/json"));
    }

    private StorageAnswer error(int status) throws IOException {
        ObjectNode error = json.createObjectNode();
        error.putObject("error").put("code", status).put("message", "no");
        return new StorageAnswer(status, json.writeValueAsBytes(error), Map.of("Content-Type", "application/json"));
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new TreeMap<>();
        for (String pair : Optional.ofNullable(raw).orElse("").split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(pair.substring(0, equals), decoded(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
