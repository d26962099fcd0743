package dev.gaia.drill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Optional;

/** A call under way when a process stops, and what its client is told. */
enum StoppedCall {
    SPEAKING_COMPLETION("/v1/chat/completions", true, Play.Fault.STALL),
    SPEAKING_MESSAGE("/v1/messages", true, Play.Fault.STALL),
    SILENT_STREAM("/v1/chat/completions", true, Play.Fault.SILENCE),
    SILENT_COMPLETION("/v1/chat/completions", false, Play.Fault.SILENCE),
    COLLECTED_MESSAGE("/v1/messages", false, Play.Fault.STALL),
    COLLECTED_CHAT("/api/v1/chat/completions", false, Play.Fault.STALL);

    private static final String AWAY = "Service chat unavailable";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String path;
    private final boolean stream;
    private final Play.Fault fault;

    StoppedCall(String path, boolean stream, Play.Fault fault) {
        this.path = path;
        this.stream = stream;
        this.fault = fault;
    }

    String path() {
        return path;
    }

    boolean stream() {
        return stream;
    }

    /** What its model does. */
    Play.Fault fault() {
        return fault;
    }

    String drill() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True when its client has read some text. */
    boolean speaking() {
        return stream && fault == Play.Fault.STALL;
    }

    /** Reads the answer to its end, which says in the call's form that the process stops. */
    void assertTold(HttpResponse<InputStream> told) throws IOException {
        var body = new String(told.body().readAllBytes(), UTF_8);
        switch (this) {
            case SPEAKING_COMPLETION, SPEAKING_MESSAGE -> assertInterrupted(body);
            case SILENT_STREAM, SILENT_COMPLETION -> {
                assertThat(told.statusCode()).as(body).isEqualTo(503);
                assertThat(MAPPER.readTree(body).at("/error/code").asText()).isEqualTo("gateway_overloaded");
            }
            case COLLECTED_MESSAGE -> {
                assertThat(told.statusCode()).as(body).isEqualTo(529);
                assertThat(MAPPER.readTree(body).at("/error/type").asText()).isEqualTo("overloaded_error");
            }
            case COLLECTED_CHAT -> {
                assertThat(told.statusCode()).as(body).isEqualTo(503);
                assertThat(MAPPER.readTree(body).path("detail").asText()).contains("stopping");
            }
        }
        assertRetryAfter(told);
    }

    /** Reads the answer to its end, which says in the call's form that the process of the models is away. */
    void assertAway(HttpResponse<InputStream> told) throws IOException {
        var body = new String(told.body().readAllBytes(), UTF_8);
        switch (this) {
            case SPEAKING_COMPLETION, SPEAKING_MESSAGE -> assertInterrupted(body);
            case SILENT_STREAM, SILENT_COMPLETION -> {
                assertThat(told.statusCode()).as(body).isEqualTo(503);
                assertThat(MAPPER.readTree(body).at("/error/message").asText()).contains(AWAY);
            }
            case COLLECTED_MESSAGE -> {
                assertThat(told.statusCode()).as(body).isEqualTo(503);
                assertThat(MAPPER.readTree(body).at("/error/message").asText()).contains(AWAY);
            }
            case COLLECTED_CHAT -> {
                assertThat(told.statusCode()).as(body).isEqualTo(503);
                assertThat(MAPPER.readTree(body).path("detail").asText()).contains(AWAY);
            }
        }
        assertRetryAfter(told);
    }

    private void assertInterrupted(String body) {
        var seen = MessagesReader.of(path, body);
        assertThat(seen.interrupted()).as(body).isTrue();
        assertThat(seen.text()).as(body).isNotEmpty();
        if (this == SPEAKING_COMPLETION) {
            assertThat(seen.error()).contains("stream_interrupted");
        }
    }

    private void assertRetryAfter(HttpResponse<InputStream> told) {
        assertThat(told.headers().firstValue("retry-after"))
                .as(name())
                .isEqualTo(speaking() ? Optional.empty() : Optional.of("1"));
    }
}
