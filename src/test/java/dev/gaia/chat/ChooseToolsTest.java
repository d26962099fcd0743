package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.tools.ToolSets;
import dev.gaia.fake.FakeModelProvider;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tools a turn offers: by route, activity and persona. */
class ChooseToolsTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    static Path directory;

    private static FakeModelProvider provider;
    private static ChatSegment segment;

    @BeforeAll
    static void start() {
        provider = FakeModelProvider.start();
        var settings = new HashMap<>(ChatSegment.openAi(provider));
        settings.put("gaia.files.root", directory.toString());
        segment = ChatSegment.start(settings, ChatSegment.away());
    }

    @AfterAll
    static void stop() {
        segment.close();
        provider.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "files | {} | list_directory,read_file",
                "files,history | {} | list_directory,read_file,get_chat_history",
                "history | {} | get_chat_history",
                "mcp | {} | ''",
                "'' | {} | ''",
                "files,history | {'tools':['read_*','get_chat_history']} | read_file,get_chat_history",
                "files | {'tools':[]} | ''",
                "files | {'tools':['read.file']} | ''",
                "files | {'tools':'read_file'} | read_file",
                "files | {'tools':null} | list_directory,read_file",
                "files | {'tools':{'read_file':true}} | ''",
                "files | {'tool_usage':false} | ''",
                "files | {'tool_usage':'no'} | ''",
                "files | {'tool_usage':null} | list_directory,read_file",
                "files | {'general_conversation':true} | list_directory,read_file",
                "files | {'tool_usage':true,'tools':['*']} | list_directory,read_file"
            })
    void narrowsTheGroupsOfTheRouteToWhatThePersonaAllows(String groups, String capabilities, String names)
            throws Exception {
        assertThat(String.join(",", offered(groups, capabilities, "{}"))).isEqualTo(names);
    }

    @Test
    void aCallerCannotHaveFilesChangedWithoutTheOperator() throws Exception {
        assertThat(offered("files", "{}", "{'allow_tool_actions':true}"))
                .containsExactly("list_directory", "read_file");
    }

    @Test
    void offersTheHistoryInTheActivityChatOnly() throws Exception {
        assertThat(offered("history", "{}", "{'activity':'chat'}")).containsExactly("get_chat_history");
        assertThat(offered("history", "{}", "{'activity':'development'}")).isEmpty();
    }

    @Test
    void whatACallerWritesAsItsActivityMakesNoSetOfItsOwn() throws Exception {
        var sets = segment.bean(ToolSets.class);
        offered("history", "{}", "{'activity':'my secret project'}");
        int size = sets.size();

        offered("history", "{}", "{'activity':'another secret'}");

        assertThat(sets.size()).isEqualTo(size);
        assertThat(sets.activities()).contains("generic").noneMatch(activity -> activity.contains("secret"));
    }

    private static List<String> offered(String groups, String capabilities, String request) throws Exception {
        var camel = segment.bean(CamelContext.class);
        var exchange = new DefaultExchange(camel);
        exchange.setVariable("toolGroups", groups);
        exchange.setVariable("persona", json("{'capabilities':" + capabilities + "}"));
        exchange.setVariable("request", json(request));
        camel.getRegistry().lookupByNameAndType("chooseTools", Processor.class).process(exchange);
        return exchange.getVariable("tools") instanceof JsonNode tools
                ? StreamSupport.stream(tools.spliterator(), false)
                        .map(tool -> tool.at("/function/name").asText())
                        .toList()
                : List.of();
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return MAPPER.readTree(text.replace('\'', '"'));
    }
}
