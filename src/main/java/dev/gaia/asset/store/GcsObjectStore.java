package dev.gaia.asset.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Files in a bucket of Google Cloud Storage, by its JSON interface (providers.md 13.3, November 2026). A file is written
 * by a resumable upload with {@code ifGenerationMatch=0}, which succeeds only where there is none.
 */
final class GcsObjectStore implements ObjectStore {

    private final StoreHttp http;
    private final ObjectMapper json;
    private final GcsIdentity identity;
    private final String endpoint;
    private final String bucket;
    private final String objects;

    GcsObjectStore(StoreSettings.Gcs settings, GcsIdentity identity, StoreHttp http, ObjectMapper json) {
        this.http = http;
        this.json = json;
        this.identity = identity;
        this.endpoint = settings.endpoint();
        this.bucket = settings.bucket();
        this.objects = "/storage/v1/b/" + bucket + "/o";
    }

    @Override
    public boolean put(ObjectPath path, String contentType, Content content) throws IOException, InterruptedException {
        var described =
                json.createObjectNode().put("contentType", contentType).put("cacheControl", "max-age=" + CACHE_SECONDS);
        StoreHttp.Answer begun = http.send(
                request("/upload" + objects + "?uploadType=resumable&ifGenerationMatch=0&name=" + encoded(path))
                        .header("Content-Type", "application/json")
                        .header("X-Upload-Content-Type", contentType)
                        .header("X-Upload-Content-Length", Long.toString(content.size()))
                        .POST(HttpRequest.BodyPublishers.ofString(described.toString())));
        begun.body().close();
        if (begun.status() == 412) {
            return false;
        }
        if (!begun.ok()) {
            throw http.refused("keep a file", begun);
        }
        // The address is a secret of this upload, and needs no other one.
        StoreHttp.Answer kept = http.send(HttpRequest.newBuilder(uploadAddress(begun))
                .header("Content-Type", contentType)
                .PUT(StoreHttp.body(content)));
        kept.body().close();
        if (kept.ok()) {
            return true;
        }
        if (kept.status() == 412) {
            return false;
        }
        throw http.refused("keep a file", kept);
    }

    private URI uploadAddress(StoreHttp.Answer begun) throws IOException {
        String address = begun.headers().firstValue("location").orElse("");
        if (!address.startsWith(endpoint + "/")) {
            throw new IOException("Google Cloud Storage does not say where to send a file");
        }
        return URI.create(address);
    }

    @Override
    public Optional<StoredObject> open(ObjectPath path) throws IOException, InterruptedException {
        StoreHttp.Answer answer =
                http.send(request(object(path) + "?fields=size").GET());
        String said = answer.text();
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (!answer.ok()) {
            throw http.refused("look for a file", answer);
        }
        JsonNode size = json.readTree(said).path("size");
        if (!size.asText().matches("\\d{1,18}")) {
            throw new IOException("Google Cloud Storage does not say how long a file is");
        }
        return Optional.of(new RemoteObject(
                size.asLong(), (first, length) -> http.part(request(object(path) + "?alt=media"), first, length)));
    }

    @Override
    public void delete(ObjectPath path) throws IOException, InterruptedException {
        StoreHttp.Answer answer = http.send(request(object(path)).DELETE());
        answer.body().close();
        if (!answer.ok() && answer.status() != 404) {
            throw http.refused("remove a file", answer);
        }
    }

    @Override
    public ObjectWalk walk() {
        return new PagedWalk(this::page);
    }

    @Override
    public boolean available() throws InterruptedException {
        try {
            return http.does(request(objects + "?maxResults=1&fields=kind").GET());
        } catch (IOException e) {
            // There is no token to ask with.
            return false;
        }
    }

    @Override
    public String backend() {
        return "gcs";
    }

    @Override
    public String publicLink(ObjectPath path) {
        return endpoint + "/" + bucket + "/" + path;
    }

    @Override
    public Map<ObjectPath, String> signedLinks(Collection<ObjectPath> paths, Duration life) throws IOException {
        Map<ObjectPath, String> links = new LinkedHashMap<>();
        for (ObjectPath path : paths) {
            links.put(path, identity.signedLink(URI.create(publicLink(path)), life, Instant.now()));
        }
        return links;
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(endpoint + path));
        identity.headers().forEach((name, values) -> values.forEach(value -> request.header(name, value)));
        return request;
    }

    private String object(ObjectPath path) {
        return objects + "/" + encoded(path);
    }

    /** The name of an object is one segment of the address. */
    private static String encoded(ObjectPath path) {
        return URLEncoder.encode(path.text(), StandardCharsets.UTF_8);
    }

    private PagedWalk.Page page(Optional<String> token, int max) throws IOException, InterruptedException {
        StoreHttp.Answer answer = http.send(request(objects + "?maxResults=" + max
                        + "&fields=nextPageToken%2Citems%28name%2CtimeCreated%29"
                        + token.map(from -> "&pageToken=" + URLEncoder.encode(from, StandardCharsets.UTF_8))
                                .orElse(""))
                .GET());
        String said = answer.text();
        if (!answer.ok()) {
            throw http.refused("list its files", answer);
        }
        JsonNode page = json.readTree(said);
        List<ObjectWalk.Entry> found = new ArrayList<>();
        for (JsonNode item : page.path("items")) {
            ObjectPath.parse(item.path("name").asText())
                    .ifPresent(path -> found.add(
                            ObjectWalk.Entry.of(path, item.path("timeCreated").asText())));
        }
        return new PagedWalk.Page(
                found, Optional.ofNullable(page.path("nextPageToken").textValue()));
    }
}
