package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderSettings.Endpoint;
import dev.gaia.mapping.TableReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TellFailureTest {

    private static final String KEY = "correct.horse.battery";

    private static final FailureTable TABLE = FailureTable.read(new TableReader(Path.of("mappings")));

    private static final TellFailure TELL = new TellFailure(
            TABLE,
            List.of(
                    new Endpoint(URI.create("https://models.example.org/v1"), Optional.of("other-key-1, " + KEY)),
                    new Endpoint(URI.create("https://open.example.org/v1"), Optional.empty())));

    private static ProviderFailure failure(Kind kind, int status, String code, String words) {
        return new ProviderFailure(kind, "test", new Details(status, code, words, Optional.empty(), Set.of()));
    }

    private static String told(String words) {
        return TELL.document(failure(Kind.REQUEST, 400, "", words))
                .path("message")
                .asText();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-proj-abc123",
                "sk-ant-api03-abcdef",
                "pk_live_123456",
                "Bearer abcdef123",
                "gsk_9sKd8fj2LmQp",
                "xai-Ab12Cd34Ef56",
                "AIzaSyA-1234567890abcdefg",
                "hf_AbCdEfGhIjKl",
                "0123456789abcdef0123456789abcdef",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
                "org-Ab12Cd34",
                KEY,
                "other-key-1",
                "http://10.0.0.7:8000/v1",
                "https://models.internal/v1/chat?x=1",
                "grpc://worker",
                "10.0.0.7",
                "10.0.0.7:8000",
                "vllm-3.svc.cluster.local:8000",
                "vllm-3.svc.cluster.local",
                "gpu.internal",
                "ollama:11434",
                "localhost",
                "models.example.org",
                "open.example.org",
                "fe80::1",
                "[2001:db8::5]:8000",
                "::1",
                "2001:0db8:0000:0000:0000:0000:0000:0001"
            })
    void namesNoKeyAndNoAddress(String secret) {
        assertThat(told("Refused at " + secret + ", try again"))
                .doesNotContain(secret)
                .startsWith("Refused at ")
                .endsWith(", try again");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "This model's maximum context length is 128000 tokens. However, you sent 128001 (120000 in 3 messages).",
                "input length and `max_tokens` exceed context limit: 199759 + 8192 > 200000",
                "model: claude-3-5-sonnet-20241022 does not support temperature 0.7",
                "messages.0.content.1: text must be a string; see llama3:70b, gpt-4o-mini-2024-07-18"
            })
    void keepsWhatSaysWhatIsWrong(String words) {
        assertThat(told(words)).isEqualTo(words);
    }

    /** Nor when the error came in the middle of a stream, which is told as broken off. */
    @ParameterizedTest
    @ValueSource(ints = {401, 403, 402})
    void keepsWhatProvidersSayOfThePlatformsAccount(int status) {
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("message", "the account of Ann is closed");
        var refused = new ClassifyFailure(TABLE).ofStatus(status, body, Optional.empty());
        var broken = new ProviderFailure(Kind.BROKEN, "test", refused.details());

        assertThat(TELL.document(refused).path("message").asText())
                .isEqualTo(refused.kind().sentence());
        assertThat(TELL.document(broken).path("message").asText()).isEqualTo(Kind.BROKEN.sentence());
    }

    @Test
    void tellsWhyAModelIsAway() {
        assertThat(TELL.document(failure(Kind.TRANSIENT, 503, "", "we are overloaded"))
                        .path("message")
                        .asText())
                .isEqualTo(Kind.TRANSIENT.sentence() + ": we are overloaded");
    }

    @ParameterizedTest
    @CsvSource({
        "REQUEST, 422, '', 422, invalid_request",
        "REQUEST, 413, request_too_large, 413, request_too_large",
        "REQUEST, 302, '', 400, invalid_request",
        "UNKNOWN_MODEL, 400, unsupported_parameter, 400, unsupported_parameter",
        "UNKNOWN_MODEL, 404, '', 404, model_not_found",
        "CONTEXT, 413, '', 400, context_length_exceeded",
        "CONTEXT, 400, string_too_long, 400, string_too_long",
        "REFUSAL, 422, content_filter, 400, content_filter",
        "AUTH, 401, invalid_api_key, 502, upstream_auth",
        "TRANSIENT, 500, server_error, 503, upstream_unavailable"
    })
    void tellsStatusAndCode(Kind kind, int status, String code, int toldStatus, String toldCode) {
        var document = TELL.document(failure(kind, status, code, ""));

        assertThat(document.path("status").asInt()).isEqualTo(toldStatus);
        assertThat(document.path("code").asText()).isEqualTo(toldCode);
    }

    @ParameterizedTest
    @CsvSource({"RATE, false", "TRANSIENT, true", "SILENT, true", "CONNECT, true", "REQUEST, true", "LOCAL, false"})
    void keepsClientsFromAskingAgainInVain(Kind kind, boolean useless) {
        var details = Details.NONE.retryAfter(Duration.ofMillis(1_200));
        var headers = TELL.headers(new ProviderFailure(kind, "test", details));

        assertThat(headers).containsEntry("Retry-After", "2");
        assertThat("false".equals(headers.get("x-should-retry"))).isEqualTo(useless);
    }
}
