package dev.gaia.chat.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McpToolTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | {\"type\":\"object\"}",
                "{\"type\":\"object\",\"required\":[\"a\"]} | {\"type\":\"object\",\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{}}} | {\"type\":\"object\",\"properties\":{\"a\":{}}}",
                "{\"a\":{\"type\":\"string\"}} | {\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}",
                "{\"anyOf\":[{}]} | {\"type\":\"object\",\"anyOf\":[{}]}"
            })
    void wrapsSchemasThatDoNotSayTheyAreObjects(String sent, String wrapped) throws JsonProcessingException {
        var tool = McpTool.of("s", "t", "", (ObjectNode) MAPPER.readTree(sent), true);

        assertThat(tool.schema()).isEqualTo(MAPPER.readTree(wrapped));
    }

    @Test
    void namesToolsAsModelProvidersTakeThem() {
        assertThat(named("get-sum")).isEqualTo("mcp_everything_get-sum");
        assertThat(named("files/read it")).isEqualTo("mcp_everything_files_read_it");
        assertThat(named("x".repeat(100))).hasSize(64).startsWith("mcp_everything_xxx");
        assertThat(named("x".repeat(100))).isNotEqualTo(named("x".repeat(101)));
    }

    private static String named(String tool) {
        return McpTool.of("everything", tool, "", MAPPER.createObjectNode(), true)
                .offeredName();
    }
}
