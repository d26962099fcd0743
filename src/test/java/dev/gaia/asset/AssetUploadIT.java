package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.spool.Spool;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How uploads are received: in which order they are checked, what they cost in memory, and that nothing is left. */
class AssetUploadIT {

    private static final String UPLOAD = "/api/v1/assets/upload";
    private static final int MIB = 1 << 20;
    private static final int LIMIT_MB = 24;

    @TempDir
    static Path folder;

    private static AssetHub assets;
    private static Spool spool;

    @BeforeAll
    static void start() {
        assets = AssetHub.start(
                folder,
                Map.of(
                        "gaia.asset.uploads-per-minute-max",
                        "40",
                        "gaia.asset.file-max-mb",
                        Integer.toString(LIMIT_MB),
                        "gaia.gateway.upload-max-mb",
                        Integer.toString(LIMIT_MB)));
        spool = assets.hub().bean(Spool.class);
    }

    @AfterAll
    static void stop() {
        assets.close();
    }

    private static Map<String, String> fields(String... more) {
        Map<String, String> fields =
                new HashMap<>(Map.of("title", "A thing", "description", "It is one", "category", "prop"));
        for (int i = 0; i < more.length; i += 2) {
            fields.put(more[i], more[i + 1]);
        }
        return fields;
    }

    private static byte[] glb(int bytes, int seed) {
        byte[] file = new byte[bytes];
        new java.util.Random(seed).nextBytes(file);
        System.arraycopy("glTF".getBytes(StandardCharsets.US_ASCII), 0, file, 0, 4);
        return file;
    }

    private static long files() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    /** The bytes of a form with one file, the closing boundary left out. */
    private static byte[] formHead(String filename) {
        return ("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + filename + "\"\r\n\r\nglTF")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void begin(OutputStream out, String key, long length, String... headers) throws IOException {
        var head = new StringBuilder("POST /api/v1/assets HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + key
                + "\r\nContent-Type: multipart/form-data; boundary=b\r\n");
        head.append(length < 0 ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + length + "\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static Socket connect() throws IOException {
        var socket = new Socket(
                InetAddress.getLoopbackAddress(),
                URI.create(assets.hub().baseUrl()).getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static String firstLine(Socket socket) throws IOException {
        var line = new StringBuilder();
        InputStream in = socket.getInputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static void awaitNothingLeft() {
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(spool.bytes()).isZero();
            assertThat(spool.files()).isZero();
        });
    }

    @Test
    void asksForCredentialsBeforeItReadsAnything() throws Exception {
        try (var client = connect()) {
            begin(client.getOutputStream(), "unknown", 20L * MIB, "Expect: 100-continue");

            assertThat(firstLine(client)).isEqualTo("HTTP/1.1 403 Forbidden");
        }
        assertThat(spool.bytes()).isZero();
    }

    @Test
    void letsAClientSendThatAsksWhetherItMay() throws Exception {
        try (var client = connect()) {
            byte[] form = (new String(formHead("c.glb"), StandardCharsets.US_ASCII) + "\r\n--b--\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            begin(client.getOutputStream(), AssetHub.KEY, form.length, "Expect: 100-continue");

            assertThat(firstLine(client)).isEqualTo("HTTP/1.1 100 Continue");
            assertThat(firstLine(client)).isEmpty();
            client.getOutputStream().write(form);
            assertThat(firstLine(client)).isEqualTo("HTTP/1.1 200 OK");
        }
        awaitNothingLeft();
    }

    @Test
    void holdsManyUploadsOnTheDiskAndNotInMemory() throws Exception {
        int clients = 8;
        byte[] piece = new byte[MIB];
        List<Socket> open = new ArrayList<>();
        long before = usedMemory();
        try {
            for (int i = 0; i < clients; i++) {
                Socket client = connect();
                open.add(client);
                begin(client.getOutputStream(), AssetHub.KEY, 23L * MIB);
                client.getOutputStream().write(formHead("slow" + i + ".glb"));
                for (int sent = 0; sent < 20; sent++) {
                    client.getOutputStream().write(piece);
                }
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> spool.bytes() >= clients * 20L * MIB);

            assertThat(usedMemory() - before).isLessThan(clients * 20L * MIB / 4);
        } finally {
            for (Socket client : open) {
                client.setSoLinger(true, 0);
                client.close();
            }
        }
        awaitNothingLeft();
    }

    private static long usedMemory() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void takesSeveralLargeUploadsAtOnce() throws Exception {
        List<java.util.concurrent.CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        long before = files();
        for (int i = 0; i < 4; i++) {
            byte[] file = glb(20 * MIB, i);
            var thread = new java.util.concurrent.CompletableFuture<HttpResponse<String>>();
            Thread.ofVirtual().start(() -> thread.complete(assets.upload(UPLOAD, "large.glb", file, fields())));
            answers.add(thread);
        }

        for (var answer : answers) {
            requireAnswer(answer.get(60, java.util.concurrent.TimeUnit.SECONDS), 200, "post", UPLOAD);
        }

        assertThat(files()).isEqualTo(before + 8);
        awaitNothingLeft();
    }

    @Test
    void refusesAFileThatIsTooLargeHoweverItsLengthIsTold() throws Exception {
        var announced = assets.upload(UPLOAD, "huge.glb", glb((LIMIT_MB + 2) * MIB, 1), fields());
        var byAFewBytes = assets.upload(UPLOAD, "huge.glb", glb(LIMIT_MB * MIB + 1, 1), fields());
        var endless = new SequenceInputStream(new java.io.ByteArrayInputStream(formHead("huge.glb")), zeroes());
        var chunked = assets.hub()
                .send(assets.hub()
                        .request(UPLOAD, "X-API-Key", AssetHub.KEY, "Content-Type", "multipart/form-data; boundary=b")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> endless))
                        .build());

        for (var answer : List.of(announced, byAFewBytes, chunked)) {
            assertThat(requireAnswer(answer, 413, "post", UPLOAD).path("detail").asText())
                    .contains("File too large. Maximum size: " + LIMIT_MB + "MB");
        }
        awaitNothingLeft();
    }

    private static InputStream zeroes() {
        return new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return length;
            }
        };
    }

    @Test
    void leavesNothingOfAClientThatLeaves() throws Exception {
        long before = files();
        try (var client = connect()) {
            begin(client.getOutputStream(), AssetHub.KEY, 20L * MIB);
            client.getOutputStream().write(formHead("left.glb"));
            client.getOutputStream().write(new byte[MIB]);
            await().until(() -> spool.bytes() >= MIB);
        }

        awaitNothingLeft();
        assertThat(files()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // incomplete before unknown kinds, an unknown kind before wrong bytes
                "422|page.html|<html>|category=",
                "422|page.html|<html>|category=nonsense",
                "415|page.html|<html>|category=prop",
                "415|lamp.png|glTF|category=prop",
                "415|lamp.glb|<html>|category=prop",
                "415|lamp.glb|GLTF|category=prop",
                "200|lamp.glb|glTF and more|category=prop",
                "200|lamp.OBJ|v 1 2 3|category=prop"
            })
    void checksInTheOrderOfTheContract(int status, String name, String content, String category) {
        var answer = assets.upload(
                UPLOAD,
                name,
                content.getBytes(StandardCharsets.US_ASCII),
                fields("category", category.substring("category=".length())));

        requireAnswer(answer, status, "post", UPLOAD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "C:\\fakepath\\my lamp.glb|my_lamp.glb",
                "../../etc/passwd.glb|passwd.glb",
                "größe & höhe.glb|gr__e___h_he.glb",
                ".hidden.glb|hidden.glb",
                "a..b.glb|a.b.glb"
            })
    void cleansNames(String sent, String kept) {
        var answer = requireAnswer(
                assets.upload(UPLOAD, sent, ("glTF" + sent).getBytes(StandardCharsets.UTF_8), fields()),
                200,
                "post",
                UPLOAD);

        assertThat(answer.path("filename").asText()).isEqualTo(kept);
        assertThat(answer.path("upload_url").asText()).endsWith("_" + kept);
    }

    @Test
    void keepsAtMostThirtyTwoTagsInLowerCase() {
        String tags = " Red ,,BLUE,red," + "x".repeat(80) + ","
                + String.join(
                        ",",
                        java.util.stream.IntStream.range(0, 40)
                                .mapToObj(i -> "t" + i)
                                .toList());

        var answer = requireAnswer(
                assets.upload(UPLOAD, "tags.glb", glb(100, 7), fields("style_tags", tags)), 200, "post", UPLOAD);
        var detail = requireAnswer(assets.get(answer.path("url").asText()), 200, "get", "/api/v1/assets/{asset_id}");

        assertThat(detail.path("style_tags")).hasSize(32);
        assertThat(detail.path("style_tags").toString())
                .startsWith("[\"red\",\"blue\",\"" + "x".repeat(64) + "\",\"t0\"");
    }

    @Test
    void refusesACallerWhoUploadsTooOftenUntilAMinuteIsOver() {
        assets.database()
                .execute(
                        "insert into assets (category, title, file_url, storage_type, storage_path, created_by, created_at)"
                                + " select 'prop', 'Before', '', 'supabase', 'community/prop/' || i,"
                                + " '00000000-0000-4000-8000-000000000002', now() at time zone 'UTC' from generate_series(1, 40) i");

        var refused = assets.upload(UPLOAD, AssetHub.OTHER_KEY, "often.glb", glb(100, 9), fields());
        assets.database()
                .execute("update assets set created_at = created_at - interval '61 seconds' where title = 'Before'");
        var taken = assets.upload(UPLOAD, AssetHub.OTHER_KEY, "often.glb", glb(100, 9), fields());

        assertThat(requireAnswer(refused, 429, "post", UPLOAD).path("detail").asText())
                .contains("40 uploads per minute");
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
        requireAnswer(taken, 200, "post", UPLOAD);
    }

    @Test
    void removesTheFilesWhenTheRowCannotBeWritten() throws Exception {
        long before = files();
        assets.database().execute("alter table assets add constraint no_lamps check (title <> 'Forbidden lamp')");
        try {
            var answer = assets.upload(UPLOAD, "lamp.glb", glb(5000, 8), fields("title", "Forbidden lamp"));

            assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
            assertThat(answer.body()).doesNotContain("no_lamps");
            assertThat(files()).isEqualTo(before);
        } finally {
            assets.database().execute("alter table assets drop constraint no_lamps");
        }
        awaitNothingLeft();
    }

    @Test
    void refusesAFormThatBreaksOff() {
        var answer = assets.hub()
                .send(assets.hub()
                        .request(UPLOAD, "X-API-Key", AssetHub.KEY, "Content-Type", "multipart/form-data; boundary=b")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(formHead("half.glb")))
                        .build());

        requireAnswer(answer, 400, "post", UPLOAD);
        awaitNothingLeft();
    }
}
