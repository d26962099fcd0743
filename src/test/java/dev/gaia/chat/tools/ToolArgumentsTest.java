package dev.gaia.chat.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.LogLines;
import dev.gaia.chat.mcp.McpTool;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attack T03: of the arguments a model wrote only those of the tool's own schema reach it; the rest is logged by name. */
class ToolArgumentsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int MAX_BYTES = 1000;

    private final ToolArguments arguments = new ToolArguments(MAPPER, MAX_BYTES);
    private final OfferedTool tool = OfferedTool.ofServer(
            McpTool.of("fake", "say", "Says it", object("{'text':{'type':'string'}}"), true), false);

    @Test
    void dropsWhatTheToolDoesNotHaveAndLogsItsNameButNoValue() throws Exception {
        try (var log = LogLines.begin()) {
            var read = arguments.read(
                    tool, "{'text':'hello','CamelFileName':'/etc/passwd','no\\nsuch':'hunter2'}".replace('\'', '"'));

            assertThat(read).isEqualTo(object("{'text':'hello'}"));
            assertThat(log.text())
                    .contains("arguments of the tool mcp_fake_say that it does not have were dropped, 2 in all: ")
                    .contains("CamelFileName", "no?such")
                    .doesNotContain("hello", "/etc/passwd", "hunter2");
        }
    }

    @Test
    void logsOneLineHoweverMuchIsDropped() throws Exception {
        var many = IntStream.range(0, 50).mapToObj(i -> "\"x" + i + "\":1").collect(Collectors.joining(",", "{", "}"));
        try (var log = LogLines.begin()) {
            assertThat(arguments.read(tool, many)).isEmpty();

            assertThat(log.text().lines().filter(line -> line.contains("mcp_fake_say")))
                    .singleElement()
                    .asString()
                    .contains("50 in all", "x0, x1")
                    .doesNotContain("x10");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'text':5} | do not fit the tool",
                "[] | are not a JSON object",
                "{'text | are not JSON",
            })
    void refusesWhatDoesNotFit(String written, String words) {
        assertThatThrownBy(() -> arguments.read(tool, written.replace('\'', '"')))
                .isInstanceOf(ToolRefusal.class)
                .hasMessageContaining(words);
    }

    @Test
    void refusesMoreThanItsBound() {
        assertThatThrownBy(() -> arguments.read(tool, "{\"text\":\"" + "x".repeat(MAX_BYTES) + "\"}"))
                .isInstanceOf(ToolRefusal.class)
                .hasMessageContaining("larger than 1000 bytes");
    }

    private static ObjectNode object(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
