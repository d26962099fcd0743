package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that exists in the operator's catalogue file only. */
class ConfiguredProviderIT {

    private static final String KEY = "the-configured-key";

    @TempDir
    private Path folder;

    @Test
    void answersWithoutARouteOrALineOfJava() throws IOException {
        try (var provider = FakeModelProvider.start();
                var database = TestDatabase.migrated()) {
            var file = folder.resolve("models.yaml");
            Files.writeString(file, """
                    providers:
                      - {name: groq, base-url: "%s", key-variable: TEST_GROQ_KEY, default-model: llama-4, legacy-max-tokens: true, idempotency-header: Idempotency-Key}
                    models:
                      - {id: fake-hang-up, provider: groq}
                      - {id: llama-4, provider: groq, aliases: [llama-3], price: {input: 1, output: 2}}
                    """.formatted(provider.baseUrl()));
            try (var hub = Hub.with(Map.of(
                            "gaia.database.url",
                            database.url(),
                            "gaia.auth.api-key",
                            KEY,
                            "gaia.chat.models-file",
                            file.toString(),
                            "TEST_GROQ_KEY",
                            "key-of-groq"))
                    .start()) {
                var answer =
                        hub.post("/api/v1/chat", "{\"message\":\"Hello\",\"model\":\"llama-3\"}", "X-API-Key", KEY);

                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).contains("\"provider\":\"groq\"", "\"model\":\"llama-4\"");
                var sent = provider.lastRequest().orElseThrow();
                assertThat(sent.header("authorization")).contains("Bearer key-of-groq");
                assertThat(sent.body().has("max_tokens")).isTrue();
                assertThat(sent.header("idempotency-key")).isPresent();
                assertSameKeyOnAFreshConnection(hub, provider);
                assertThat(hub.get("/api/v1/providers", "X-API-Key", KEY).body())
                        .contains("\"groq\"");
            }
        }
    }

    /** What may have been done already is asked for under the same key; whatever else is asked has one of its own. */
    private static void assertSameKeyOnAFreshConnection(Hub hub, FakeModelProvider provider) {
        provider.reset();
        for (int call = 0; call < 2; call++) {
            hub.post(
                    "/api/v1/chat",
                    "{\"message\":\"Hello\",\"model\":\"fake-hang-up\",\"enable_fallback\":false}",
                    "X-API-Key",
                    KEY);
        }

        var keys = provider.requests().stream()
                .map(request -> request.header("idempotency-key").orElse(""))
                .toList();
        assertThat(keys).hasSize(4);
        assertThat(keys.get(1)).isEqualTo(keys.get(0)).isNotEmpty();
        assertThat(keys.get(3)).isEqualTo(keys.get(2)).isNotEqualTo(keys.get(0));
    }
}
