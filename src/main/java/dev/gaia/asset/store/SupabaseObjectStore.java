package dev.gaia.asset.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Files in a bucket of Supabase Storage, by its HTTP interface (providers.md 13.1, November 2026). */
final class SupabaseObjectStore implements ObjectStore {

    private final StoreHttp http;
    private final ObjectMapper json;
    private final String base;
    private final String key;
    private final String bucket;

    SupabaseObjectStore(StoreSettings.Supabase settings, String bucket, StoreHttp http, ObjectMapper json) {
        this.http = http;
        this.json = json;
        this.base = settings.url() + "/storage/v1";
        this.key = settings.serviceKey();
        this.bucket = bucket;
    }

    @Override
    public boolean put(ObjectPath path, String contentType, Content content) throws IOException, InterruptedException {
        StoreHttp.Answer answer = http.send(file(path)
                .header("Content-Type", contentType)
                .header("cache-control", "max-age=" + CACHE_SECONDS)
                .header("x-upsert", "false")
                .POST(StoreHttp.body(content)));
        String said = answer.text();
        if (answer.ok()) {
            return true;
        }
        if (answer.status() == 409
                || (answer.status() == 400
                        && "409".equals(document(said).path("statusCode").asText()))) {
            return false;
        }
        throw http.refused("keep a file", answer);
    }

    @Override
    public Optional<StoredObject> open(ObjectPath path) throws IOException, InterruptedException {
        StoreHttp.Answer answer = http.send(file(path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
        answer.body().close();
        if (answer.ok()) {
            long size = answer.length().orElseThrow(() -> new IOException("Supabase does not say how long a file is"));
            return Optional.of(new RemoteObject(size, (first, length) -> http.part(file(path), first, length)));
        }
        // A missing file is 400 there, and a HEAD has no body that could say more.
        if (answer.status() == 404 || answer.status() == 400) {
            return Optional.empty();
        }
        throw http.refused("look for a file", answer);
    }

    @Override
    public void delete(ObjectPath path) throws IOException, InterruptedException {
        ObjectNode body = json.createObjectNode();
        body.putArray("prefixes").add(path.text());
        StoreHttp.Answer answer = http.send(request("/object/" + bucket)
                .header("Content-Type", "application/json")
                .method("DELETE", HttpRequest.BodyPublishers.ofString(body.toString())));
        answer.body().close();
        if (!answer.ok()) {
            throw http.refused("remove a file", answer);
        }
    }

    @Override
    public ObjectWalk walk() {
        return new Walk();
    }

    @Override
    public boolean available() throws InterruptedException {
        return http.does(request("/bucket/" + bucket).GET());
    }

    @Override
    public String backend() {
        return "supabase";
    }

    @Override
    public String publicLink(ObjectPath path) {
        return base + "/object/public/" + bucket + "/" + path;
    }

    @Override
    public Map<ObjectPath, String> signedLinks(Collection<ObjectPath> paths, Duration life)
            throws IOException, InterruptedException {
        if (paths.isEmpty()) {
            return Map.of();
        }
        ObjectNode wanted = json.createObjectNode().put("expiresIn", life.toSeconds());
        paths.forEach(path -> wanted.withArray("paths").add(path.text()));
        Map<String, String> signed = new LinkedHashMap<>();
        for (JsonNode link : post("/object/sign/" + bucket, wanted, "sign links")) {
            if (link.path("signedURL").isTextual()) {
                signed.put(
                        link.path("path").asText(),
                        base + link.path("signedURL").asText());
            }
        }
        Map<ObjectPath, String> links = new LinkedHashMap<>();
        paths.forEach(path -> Optional.ofNullable(signed.get(path.text())).ifPresent(link -> links.put(path, link)));
        return links;
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .header("apikey", key)
                .header("Authorization", "Bearer " + key);
    }

    private HttpRequest.Builder file(ObjectPath path) {
        return request("/object/" + bucket + "/" + path);
    }

    private JsonNode post(String path, JsonNode body, String what) throws IOException, InterruptedException {
        StoreHttp.Answer answer = http.send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
        String said = answer.text();
        if (!answer.ok()) {
            throw http.refused(what, answer);
        }
        return document(said);
    }

    private JsonNode document(String text) throws IOException {
        JsonNode document = json.readTree(text);
        return document == null ? json.missingNode() : document;
    }

    /**
     * Folder by folder, since only the files of one folder can be listed at a time, by their position. Whoever removes
     * files while walking thereby skips others, which the next walk meets.
     */
    private final class Walk implements ObjectWalk {

        private final ArrayDeque<String> folders = new ArrayDeque<>(List.of(""));
        private int offset;

        @Override
        public List<Entry> next(int max) throws IOException, InterruptedException {
            List<Entry> found = new ArrayList<>();
            while (found.isEmpty() && !folders.isEmpty()) {
                String folder = folders.peek();
                ObjectNode wanted = json.createObjectNode()
                        .put("prefix", folder)
                        .put("limit", max)
                        .put("offset", offset);
                wanted.putObject("sortBy").put("column", "name").put("order", "asc");
                JsonNode page = post("/object/list/" + bucket, wanted, "list its files");
                for (Iterator<JsonNode> rows = page.elements(); rows.hasNext(); ) {
                    read(folder, rows.next(), found);
                }
                offset += max;
                if (page.size() < max) {
                    folders.poll();
                    offset = 0;
                }
            }
            return found;
        }

        private void read(String folder, JsonNode row, List<Entry> found) {
            String path = folder.isEmpty()
                    ? row.path("name").asText()
                    : folder + "/" + row.path("name").asText();
            if (!row.hasNonNull("id")) {
                folders.add(path);
            } else {
                ObjectPath.parse(path)
                        .ifPresent(file ->
                                found.add(Entry.of(file, row.path("created_at").asText())));
            }
        }
    }
}
