package dev.gaia.asset;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.embedded.EmbeddedNats;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The hub with a database of its own, files in a folder of the test, and two callers. */
public final class AssetHub implements AutoCloseable {

    static final String KEY = "a-key-of-the-test";
    static final String OTHER_KEY = "a-key-of-somebody-else";
    private static final String BOUNDARY = "----part-of-the-test";

    private final TestDatabase database;
    private final Hub hub;
    private final Path folder;
    private final boolean first;

    private AssetHub(TestDatabase database, Path folder, Map<String, String> settings, boolean first) {
        this.database = database;
        this.folder = folder;
        this.first = first;
        // Tests that write rows by themselves could not be seen by what searches remember.
        this.hub = Hub.with(Map.of(
                        "gaia.asset.embedding.model",
                        "none",
                        "gaia.asset.embedding.interval",
                        "100ms",
                        "gaia.asset.search-cache-time",
                        "0s"))
                .with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.auth.api-key",
                        KEY,
                        "gaia.asset.storage.dir",
                        folder.toString(),
                        "gaia.asset.storage.public-base-url",
                        "/files",
                        "gaia.asset.simulated-delay",
                        "1ms",
                        "gaia.asset.sweep-interval",
                        "200ms"))
                .with(settings)
                .start();
    }

    static AssetHub start(Path folder, Map<String, String> settings) {
        TestDatabase database = TestDatabase.migrated();
        var assets = new AssetHub(database, folder, settings, true);
        prepare(database);
        return assets;
    }

    /** Adds the second caller, and lets providers be asked as often as tests like. */
    static void prepare(TestDatabase database) {
        // What a provider allows in a minute would only hold up tests of other things.
        database.execute("update asset_sources set rate_limit_per_minute = 10000");
        database.execute(
                "insert into users (id, email) values ('00000000-0000-4000-8000-000000000002', 'b@gaia.local')");
        database.execute(
                "insert into api_keys (user_id, key_hash, name) values ('00000000-0000-4000-8000-000000000002',"
                        + " encode(sha256('" + OTHER_KEY + "'), 'hex'), 'other')");
    }

    /** Settings of processes that share broker, database and files. */
    static Map<String, String> shared(EmbeddedNats nats, TestDatabase database, Path folder) {
        return Map.of(
                "gaia.link.chat",
                "nats",
                "gaia.services",
                "gateway,auth,asset",
                "gaia.nats.url",
                nats.url(),
                "gaia.database.url",
                database.url(),
                "gaia.auth.api-key",
                KEY,
                "gaia.asset.storage.dir",
                folder.resolve("files").toString());
    }

    /** Another process with the same database and files; to be closed before this one. */
    AssetHub beside(Map<String, String> settings) {
        return new AssetHub(database, folder, settings, false);
    }

    Hub hub() {
        return hub;
    }

    TestDatabase database() {
        return database;
    }

    HttpResponse<String> get(String path) {
        return hub.get(path, "X-API-Key", KEY);
    }

    HttpResponse<String> getAsOther(String path) {
        return hub.get(path, "X-API-Key", OTHER_KEY);
    }

    /** Posts JSON written with single quotes. */
    HttpResponse<String> post(String path, String json, String... headers) {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "X-API-Key";
        all[headers.length + 1] = KEY;
        return hub.post(path, json.replace('\'', '"'), all);
    }

    HttpResponse<byte[]> file(String link, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(hub.baseUrl() + link));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return hub.httpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    HttpResponse<String> upload(String path, String filename, byte[] file, Map<String, String> fields) {
        return upload(path, KEY, filename, file, fields);
    }

    HttpResponse<String> upload(String path, String key, String filename, byte[] file, Map<String, String> fields) {
        var body = new ByteArrayOutputStream();
        new LinkedHashMap<>(fields)
                .forEach((name, value) -> body.writeBytes(("--" + BOUNDARY
                                + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n")
                        .getBytes(StandardCharsets.UTF_8)));
        if (!filename.isEmpty()) {
            body.writeBytes(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
                            + filename + "\"\r\nContent-Type: application/octet-stream\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            body.writeBytes(file);
            body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return hub.send(hub.request(path, "X-API-Key", key, "Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                .build());
    }

    @Override
    public void close() {
        hub.close();
        if (first) {
            database.close();
        }
    }
}
