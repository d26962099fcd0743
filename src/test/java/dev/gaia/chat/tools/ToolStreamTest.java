package dev.gaia.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ToolStreamTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private boolean brokeOff;

    @Test
    void theAnswerBrokeOffWhateverWentWrongInARound() throws Exception {
        var stream = stream(reply -> {
            throw new IllegalStateException("a defect");
        });
        assertThat(stream.next().orElseThrow().path("text").asText()).isEqualTo("Let me look.");

        assertThatThrownBy(() -> readOn(stream)).isInstanceOf(IOException.class);
        assertThat(brokeOff).isTrue();
    }

    @Test
    void theAnswerIsWholeWhenARoundGoesWell() throws Exception {
        var stream = stream(reply -> new Given("{'text':'Found.'}", "{'finish_reason':'stop','end':true}"));

        assertThat(readOn(stream).path("finish_reason").asText()).isEqualTo("stop");
        assertThat(brokeOff).isFalse();
    }

    private interface Asking {
        JsonStream ask(ObjectNode reply);
    }

    private ToolStream stream(Asking asking) {
        var settings = new ToolSettings(
                Set.of("files"), 2, Duration.ofSeconds(30), 4, 1_000, 1_000, 10_000, BigDecimal.ZERO, 1, 1_000);
        var first = new Given(
                "{'text':'Let me look.'}",
                "{'tool_calls':[{'index':0,'id':'a','function':{'name':'look','arguments':'{}'}}]}",
                "{'finish_reason':'tool_calls','end':true}");
        return new ToolStream(first, new ToolRounds(settings), new ToolStream.Round() {
            @Override
            public JsonStream run(ObjectNode reply) {
                return asking.ask(reply);
            }

            @Override
            public void brokeOff() {
                brokeOff = true;
            }
        });
    }

    /** The last event. */
    private static JsonNode readOn(ToolStream stream) throws IOException, InterruptedException {
        JsonNode last;
        do {
            last = stream.next().orElseThrow();
        } while (!last.path("end").asBoolean());
        return last;
    }

    /** A stream of these events. */
    private static final class Given implements JsonStream {

        private final ArrayDeque<JsonNode> events = new ArrayDeque<>();

        Given(String... events) {
            for (var event : List.of(events)) {
                try {
                    this.events.add(MAPPER.readTree(event.replace('\'', '"')));
                } catch (JsonProcessingException e) {
                    throw new IllegalArgumentException(event, e);
                }
            }
        }

        @Override
        public Optional<JsonNode> next() {
            return Optional.ofNullable(events.poll());
        }

        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public void close() {
            events.clear();
        }
    }
}
