package dev.gaia.auth.key;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.StartRefused;
import dev.gaia.launch.EnvironmentFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Asks a gateway for its operations on keys. The administrator's key travels in the header only. */
final class KeysClient {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI gateway;
    private final String key;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();

    KeysClient(URI gateway, String key) {
        this.gateway = gateway;
        this.key = key;
    }

    /** For the gateway and the key that the environment, the file .env or the data of scripts/run name. */
    static KeysClient of(Map<String, String> environment) {
        var settings = new HashMap<String, String>();
        settings.putAll(EnvironmentFile.read(Path.of(environment.getOrDefault("GAIA_ENV_FILE", ".env"))));
        environment.forEach((name, value) -> {
            if (!value.isBlank()) {
                settings.put(name, value);
            }
        });
        String port = settings.getOrDefault("GATEWAY_PORT", settings.getOrDefault("SERVICE_PORT", "8666"));
        String url = settings.getOrDefault("GATEWAY_URL", "http://localhost:" + port);
        String key = Optional.ofNullable(settings.get("API_KEY"))
                .filter(text -> !text.isBlank())
                .or(() -> generatedKey(Path.of(settings.getOrDefault("GAIA_DATA_DIR", ".gaia"), "api-key")))
                .orElseThrow(() -> new StartRefused("Set API_KEY to the key of an administrator."));
        try {
            return new KeysClient(URI.create(url.replaceFirst("/+$", "")), key);
        } catch (IllegalArgumentException e) {
            throw new StartRefused(
                    "`GATEWAY_URL` is %s; it must be an address such as http://localhost:8666.".formatted(url));
        }
    }

    private static Optional<String> generatedKey(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            throw new StartRefused("The file %s cannot be read; set API_KEY.".formatted(file));
        }
    }

    /**
     * Calls an operation.
     *
     * @param path behind {@code /api/v1/auth/keys}
     * @return the answer's document; a missing node when it has none
     * @throws StartRefused when the gateway refuses or does not answer, saying why
     */
    JsonNode send(String method, String path, Optional<? extends JsonNode> body) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(gateway + "/api/v1/auth/keys" + path))
                            .timeout(LIMIT)
                            .header("X-API-Key", key)
                            .header("Content-Type", "application/json")
                            .method(
                                    method,
                                    body.map(document -> HttpRequest.BodyPublishers.ofString(document.toString()))
                                            .orElseGet(HttpRequest.BodyPublishers::noBody))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new StartRefused(refusal(answer));
            }
            return answer.body().isEmpty() ? MissingNode.getInstance() : JSON.readTree(answer.body());
        } catch (IllegalArgumentException e) {
            throw new StartRefused("API_KEY cannot be sent as a header; is it the key of an administrator?");
        } catch (IOException e) {
            throw new StartRefused(
                    "No gateway answers at %s; start one with scripts/run or set GATEWAY_URL.".formatted(gateway));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartRefused("Interrupted.");
        }
    }

    private static String refusal(HttpResponse<String> answer) {
        return switch (answer.statusCode()) {
            case 401 -> "The gateway knows nobody without a key; set API_KEY to the key of an administrator.";
            case 403 -> "The gateway does not take API_KEY as the key of an administrator.";
            default -> "The gateway refused with status %d: %s".formatted(answer.statusCode(), detail(answer.body()));
        };
    }

    /** What the segment said, without the gateway's wrapping. */
    private static String detail(String body) {
        try {
            JsonNode detail = JSON.readTree(body).path("detail");
            String text = detail.asText();
            int inner = text.indexOf('{');
            if (inner >= 0) {
                detail = JSON.readTree(text.substring(inner)).path("detail");
            }
            if (detail.isArray()) {
                return detail.findValuesAsText("msg").toString();
            }
            return detail.asText(body);
        } catch (JsonProcessingException e) {
            return body;
        }
    }
}
