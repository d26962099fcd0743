package dev.gaia.ops.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The log at its most talkative, and credentials in every place a client may put them. */
@ExtendWith(OutputCaptureExtension.class)
class LogSecretsIT {

    private static final String KEY = "gaia-test-key-5f2b9c7d1e";
    private static final String OPAQUE = "opaque-token-8a41d0c3";
    private static final String TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtdSJ9.bm90LWEtc2lnbmF0dXJl";
    private static final String PASSWORD = "database-password-77aa";
    private static final String PROVIDER_KEY = "sk-provider-key-0123456789";

    @Test
    void credentialsNeverAppear(CapturedOutput output) {
        var settings = Map.of(
                "gaia.log-level",
                "DEBUG",
                "gaia.auth.api-key",
                "configured-" + KEY,
                "gaia.auth.jwt-secret",
                "secret-of-the-tokens-" + PASSWORD,
                "gaia.provider.endpoints.openai.key",
                PROVIDER_KEY,
                "gaia.nats.url",
                "disabled",
                "gaia.database.url",
                "postgresql://gaia:" + PASSWORD + "@127.0.0.1:1/absent");
        try (var hub = Hub.with(settings).start()) {
            hub.get("/api/v1/chat/status", "X-API-Key", KEY);
            hub.get("/api/v1/chat/status", "Authorization", "Bearer " + TOKEN);
            hub.get("/api/v1/chat/status", "Authorization", "Bearer " + OPAQUE);
            hub.post("/api/v1/chat", "{\"message\":\"x\",\"_auth\":{\"api_key\":\"" + KEY + "\"}}", "X-API-Key", KEY);
            hub.post("/api/v1/auth/validate", "{\"token\":\"" + TOKEN + "\",\"api_key\":\"" + KEY + "\"}");
            hub.get("/?api_key=" + KEY);

            await().atMost(Duration.ofSeconds(10)).until(() -> output.getAll().contains("gateway-root GET / "));
        }

        assertThat(output.getAll()).doesNotContain(KEY, OPAQUE, TOKEN, PASSWORD, PROVIDER_KEY, "bm90LWEtc2lnbmF0dXJl");
    }
}
