package dev.gaia.chat.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class TypedContentTest {

    private final TypedContent frames = new TypedContent("claude", "a \"model\"");

    private static String text(List<byte[]> frames) {
        return new String(frames.getFirst(), UTF_8);
    }

    @Test
    void tellsTheTextInBothPlaces() {
        assertThat(text(frames.add("Grüße \"x\"\n")))
                .isEqualTo("data: {\"type\":\"content\",\"content\":\"Grüße \\\"x\\\"\\n\",\"provider\":\"claude\","
                        + "\"model\":\"a \\\"model\\\"\",\"choices\":[{\"index\":0,"
                        + "\"delta\":{\"content\":\"Grüße \\\"x\\\"\\n\"},\"finish_reason\":null}]}\n\n");
    }

    @Test
    void tellsOfToolsThatRanOrFailed() {
        var run = JsonNodeFactory.instance.objectNode().put("tool", "read_file");

        assertThat(text(frames.tool(run.deepCopy().put("result", "a\nb"))))
                .isEqualTo("data: {\"type\":\"tool_use\",\"tool\":\"read_file\",\"result\":\"a\\nb\","
                        + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":null}]}\n\n");
        assertThat(text(frames.tool(run.put("error", "gone"))))
                .startsWith("data: {\"type\":\"tool_error\",\"tool\":\"read_file\",\"error\":\"gone\",");
    }
}
