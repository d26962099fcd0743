package dev.gaia.asset;

import static dev.gaia.asset.AssetContract.requireAnswer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.LogLines;
import dev.gaia.fake.asset.FakeSupabaseStorage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cleaning of the store, for files of a folder and of a bucket. */
class AssetCleanIT {

    private static final String UPLOAD = "/api/v1/assets/upload";
    private final Instant longAgo = Instant.now().minus(Duration.ofDays(31));

    @TempDir
    Path folder;

    private static JsonNode upload(AssetHub assets, String name) {
        var fields = Map.of("title", name, "description", "", "category", "prop");
        return requireAnswer(
                assets.upload(UPLOAD, name, ("glTF" + name).getBytes(StandardCharsets.US_ASCII), fields),
                200,
                "post",
                UPLOAD);
    }

    private Path file(String path, Instant written) throws Exception {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
        return Files.setLastModifiedTime(file, FileTime.from(written));
    }

    @Test
    void removesOldFilesWithoutAnAssetFromAFolder() throws Exception {
        String stray = UUID.randomUUID().toString();
        Path old = file("generated/image/" + stray + ".png", longAgo);
        Path part = file("generated/prop/" + stray + "/model.fbx", longAgo);
        Path preview = file("previews/" + stray + ".png", longAgo);
        Path young = file("generated/image/" + UUID.randomUUID() + ".png", Instant.now());
        Path foreign = file("reports/2026/summary.png", longAgo);
        Path unwritten = file(".incoming/half", longAgo);
        Path beingWritten = file(".incoming/other", Instant.now());
        try (var assets = AssetHub.start(folder, Map.of("gaia.asset.storage.clean-interval", "1s"));
                var logged = LogLines.begin()) {
            String kept = upload(assets, "kept.glb").path("upload_url").asText();
            Path keptFile = folder.resolve(kept.substring("/files/".length()));
            Files.setLastModifiedTime(keptFile, FileTime.from(longAgo));
            String lost = upload(assets, "lost.glb").path("id").asText();
            Files.delete(folder.resolve("community/prop/" + lost + "_lost.glb"));

            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                assertThat(old).doesNotExist();
                assertThat(logged.text()).contains("1 assets have no file in the store local: " + lost);
            });

            assertThat(part).doesNotExist();
            assertThat(preview).doesNotExist();
            assertThat(unwritten).doesNotExist();
            assertThat(beingWritten).exists();
            assertThat(young).exists();
            assertThat(foreign).exists();
            assertThat(keptFile).exists();
        }
    }

    @Test
    void removesOldFilesWithoutAnAssetFromABucketAndOutlivesItsAbsence() {
        try (var server = new FakeSupabaseStorage();
                var assets = AssetHub.start(
                        folder,
                        Map.of(
                                "gaia.asset.storage.clean-interval", "1s",
                                "gaia.asset.storage.clean-batch", "2",
                                "gaia.asset.storage.backend", "supabase",
                                "gaia.asset.storage.supabase.url", server.url(),
                                "gaia.asset.storage.supabase.service-key", FakeSupabaseStorage.KEY));
                var logged = LogLines.begin()) {
            String kept = upload(assets, "kept.glb").path("id").asText();
            server.age("community/prop/" + kept + "_kept.glb", longAgo);
            for (int i = 0; i < 3; i++) {
                String id = upload(assets, "stray" + i + ".glb").path("id").asText();
                assets.database().execute("delete from assets where id = '" + id + "'");
                server.age("community/prop/" + id + "_stray" + i + ".glb", longAgo);
            }

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(server.paths())
                            .filteredOn(path -> path.startsWith("community/"))
                            .containsExactly("community/prop/" + kept + "_kept.glb"));
            assertThat(server.paths()).as("young previews").hasSize(5);

            server.refuseWith(503);
            await().atMost(Duration.ofSeconds(20)).until(() -> logged.text().contains("not cleaned to the end"));
            requireAnswer(assets.get("/api/v1/assets"), 200, "get", "/api/v1/assets");
        }
    }

    @Test
    void goesToOneProcessAtATime() throws Exception {
        try (var assets = AssetHub.start(folder, Map.of("gaia.asset.storage.clean-interval", "1h"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var flows = assets.hub().bean(ProducerTemplate.class);
            await().until(() -> assets.database()
                            .column("select name from asset_clean_turns")
                            .size()
                    == 1);
            assets.database().execute("update asset_clean_turns set taken_at = taken_at - interval '2 hours'");

            Callable<JsonNode> turn = () -> flows.requestBody("direct:asset-clean-turn", "", JsonNode.class);
            int taken = 0;
            for (var answer :
                    threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> turn).toList())) {
                taken += answer.get().path("taken").asInt();
            }

            assertThat(taken).isEqualTo(1);
        }
    }
}
