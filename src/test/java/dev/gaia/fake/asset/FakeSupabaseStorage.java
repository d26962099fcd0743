package dev.gaia.fake.asset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;

/**
 * Stands in for Supabase Storage with one bucket named {@code assets} (providers.md 13.1). Strict: a call without both
 * credentials is refused as there, and one without the headers that the contract asks for is a 400 nobody expects.
 */
public final class FakeSupabaseStorage implements AutoCloseable {

    public static final String KEY = "sb_secret_of_the_test";
    private static final String ROOT = "/storage/v1";

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, StorageFile> files = new ConcurrentSkipListMap<>();
    private final HttpServer server;
    private volatile int refusal;

    public FakeSupabaseStorage() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(ROOT, this::serve);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** Answers every call with this status from now on; 0 for none. */
    public void refuseWith(int status) {
        refusal = status;
    }

    /** Makes a file look as old as wanted. */
    public void age(String path, Instant written) {
        files.computeIfPresent(
                path, (name, file) -> new StorageFile(file.bytes(), file.type(), file.cacheControl(), written));
    }

    public Set<String> paths() {
        return Set.copyOf(files.keySet());
    }

    public boolean has(String path) {
        return files.containsKey(path);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            StorageAnswer answer = answer(exchange, body);
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            boolean head = "HEAD".equals(exchange.getRequestMethod());
            if (head) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(answer.body().length));
            }
            exchange.sendResponseHeaders(
                    answer.status(), head || answer.body().length == 0 ? -1 : answer.body().length);
            if (!head) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private StorageAnswer answer(HttpExchange exchange, byte[] body) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(ROOT.length());
        String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        String call = exchange.getRequestMethod();
        if (refusal != 0) {
            return error(refusal, Integer.toString(refusal), "Unavailable", "not now");
        }
        if (call.equals("GET") && path.startsWith("/object/public/assets/")) {
            return file(path.substring("/object/public/assets/".length()), Optional.empty());
        }
        if (call.equals("GET") && path.startsWith("/object/sign/assets/")) {
            String name = path.substring("/object/sign/assets/".length());
            return query.equals("token=of-" + name.hashCode())
                    ? file(name, Optional.empty())
                    : error(400, "400", "InvalidJWT", "invalid signature");
        }
        if (!KEY.equals(header(exchange, "apikey")) || !("Bearer " + KEY).equals(header(exchange, "authorization"))) {
            return error(400, "403", "Unauthorized", "new row violates row-level security policy");
        }
        if (path.equals("/bucket/assets") && call.equals("GET")) {
            return json(200, json.createObjectNode().put("id", "assets").put("public", false));
        }
        if (path.equals("/object/list/assets") && call.equals("POST")) {
            return list(document(exchange, body));
        }
        if (path.equals("/object/sign/assets") && call.equals("POST")) {
            return sign(document(exchange, body));
        }
        if (path.equals("/object/assets") && call.equals("DELETE")) {
            document(exchange, body).path("prefixes").forEach(name -> files.remove(name.asText()));
            return json(200, json.createArrayNode());
        }
        if (path.startsWith("/object/assets/")) {
            String name = path.substring("/object/assets/".length());
            return switch (call) {
                case "POST" -> keep(exchange, name, body);
                case "GET", "HEAD" -> file(name, Optional.of(header(exchange, "range")));
                default -> error(405, "405", "MethodNotAllowed", call);
            };
        }
        return error(404, "404", "not_found", "Route " + path + " not found");
    }

    private StorageAnswer keep(HttpExchange exchange, String name, byte[] body) throws IOException {
        String type = header(exchange, "content-type");
        String cache = header(exchange, "cache-control");
        if (!"false".equals(header(exchange, "x-upsert"))
                || type.isEmpty()
                || !cache.equals("max-age=3600")
                || !Integer.toString(body.length).equals(header(exchange, "content-length"))) {
            return error(400, "400", "InvalidRequest", "headers are missing");
        }
        var kept = new StorageFile(body, type, cache, Instant.now());
        if (files.putIfAbsent(name, kept) != null) {
            return error(400, "409", "Duplicate", "The resource already exists");
        }
        return json(
                200,
                json.createObjectNode()
                        .put("Key", "assets/" + name)
                        .put("Id", UUID.randomUUID().toString()));
    }

    private StorageAnswer file(String name, Optional<String> range) throws IOException {
        StorageFile file = files.get(name);
        if (file == null) {
            return error(400, "404", "not_found", "Object not found");
        }
        return file.answer(range);
    }

    /** One folder: its files with an id, its folders without. */
    private StorageAnswer list(JsonNode wanted) throws IOException {
        String prefix = wanted.path("prefix").asText();
        String folder = prefix.isEmpty() ? "" : prefix + "/";
        var names = new TreeSet<String>();
        files.keySet().stream()
                .filter(name -> name.startsWith(folder))
                .forEach(name -> names.add(name.substring(folder.length()).replaceFirst("/.*", "")));
        ArrayNode rows = json.createArrayNode();
        names.stream()
                .skip(wanted.path("offset").asInt())
                .limit(wanted.path("limit").asInt(100))
                .forEach(name -> {
                    var row = rows.addObject().put("name", name);
                    StorageFile file = files.get(folder + name);
                    if (file == null) {
                        row.putNull("id");
                    } else {
                        row.put("id", UUID.randomUUID().toString())
                                .put("created_at", file.written().toString())
                                .putObject("metadata")
                                .put("size", file.bytes().length);
                    }
                });
        return json(200, rows);
    }

    private StorageAnswer sign(JsonNode wanted) throws IOException {
        ArrayNode links = json.createArrayNode();
        wanted.path("paths").forEach(path -> {
            var link = links.addObject().put("path", path.asText());
            if (files.containsKey(path.asText()) && wanted.path("expiresIn").asInt() >= 3600) {
                link.putNull("error")
                        .put(
                                "signedURL",
                                "/object/sign/assets/" + path.asText() + "?token=of-"
                                        + path.asText().hashCode());
            } else {
                link.put("error", "Either the object does not exist or you do not have access to it")
                        .putNull("signedURL");
            }
        });
        return json(200, links);
    }

    private JsonNode document(HttpExchange exchange, byte[] body) throws IOException {
        if (!"application/json".equals(header(exchange, "content-type"))) {
            throw new IOException("no JSON was announced");
        }
        return json.readTree(body);
    }

    private StorageAnswer json(int status, JsonNode document) throws IOException {
        return new StorageAnswer(status, json.writeValueAsBytes(document), Map.of("Content-Type", "application/json"));
    }

    private StorageAnswer error(int status, String code, String error, String message) throws IOException {
        return json(
                status,
                json.createObjectNode()
                        .put("statusCode", code)
                        .put("error", error)
                        .put("message", message));
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
