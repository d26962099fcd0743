package dev.gaia.asset.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store does, proved on each. */
abstract class ObjectStoreContract {

    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    @TempDir
    Path disk;

    /** The store under test, the same one for all tests of a class. */
    abstract ObjectStore store();

    static ObjectPath path(String folder) {
        return new ObjectPath(folder + "/" + UUID.randomUUID() + ".png");
    }

    static Content text(String text) {
        return Content.of(text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] read(ObjectPath path) throws Exception {
        try (StoredObject file = store().open(path).orElseThrow();
                InputStream bytes = file.read(0, file.size())) {
            return bytes.readNBytes((int) file.size());
        }
    }

    @Test
    void keepsAFileFromMemoryAndFromTheDisk() throws Exception {
        byte[] large = new byte[3 << 20];
        new Random(1).nextBytes(large);
        Path file = Files.write(disk.resolve("large"), large);
        ObjectPath small = path("generated/image");
        ObjectPath big = path("generated/prop");

        assertThat(store().put(small, "image/png", text("small"))).isTrue();
        assertThat(store().put(big, "model/gltf-binary", new Content.OnDisk(file, large.length)))
                .isTrue();

        assertThat(read(small)).asString().isEqualTo("small");
        assertThat(read(big)).isEqualTo(large);
    }

    @Test
    void neverOverwrites() throws Exception {
        ObjectPath path = path("generated/image");

        assertThat(store().put(path, "image/png", text("first"))).isTrue();
        assertThat(store().put(path, "image/png", text("second"))).isFalse();

        assertThat(read(path)).asString().isEqualTo("first");
    }

    @Test
    void readsParts() throws Exception {
        ObjectPath path = path("generated/image");
        store().put(path, "image/png", text("0123456789"));

        try (StoredObject file = store().open(path).orElseThrow();
                InputStream middle = file.read(3, 4)) {
            assertThat(file.size()).isEqualTo(10);
            assertThat(middle.readNBytes(4)).asString().isEqualTo("3456");
        }
    }

    @Test
    void removesAFileAndDoesNotMindThatThereIsNone() throws Exception {
        ObjectPath path = path("generated/image");
        store().put(path, "image/png", text("short-lived"));

        store().delete(path);
        store().delete(path);

        assertThat(store().open(path)).isEmpty();
    }

    @Test
    void walksOverAllFilesInAllFolders() throws Exception {
        List<ObjectPath> kept = new ArrayList<>();
        for (String folder : List.of("previews", "walk/a", "walk/a/b", "walk/c", "walk/c", "walk/c")) {
            ObjectPath path = path(folder);
            store().put(path, "image/png", text("x"));
            kept.add(path);
        }

        List<ObjectPath> met = new ArrayList<>();
        try (ObjectWalk walk = store().walk()) {
            for (List<ObjectWalk.Entry> some = walk.next(2); !some.isEmpty(); some = walk.next(2)) {
                assertThat(some).hasSizeLessThanOrEqualTo(2);
                some.forEach(entry -> met.add(entry.path()));
                assertThat(some)
                        .allSatisfy(entry -> assertThat(entry.written())
                                .isAfter(java.time.Instant.now().minus(Duration.ofHours(1))));
            }
        }

        assertThat(met).containsAll(kept).doesNotHaveDuplicates();
    }

    @Test
    void answers() throws Exception {
        assertThat(store().available()).isTrue();
    }

    /** Fetches as a browser does. */
    static HttpResponse<byte[]> fetch(String link, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(link));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return BROWSER.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
