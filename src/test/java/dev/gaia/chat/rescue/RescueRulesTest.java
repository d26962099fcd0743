package dev.gaia.chat.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.rescue.RescueRules.Delivered;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table in section 11.1 of the failure contract. */
class RescueRulesTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Delivered TEXT = new Delivered("Once upon a time", false, false, false, false);
    private static final JsonNode PLAIN = call("{'tools':[{'type':'function'}],'openai':{'seed':1},'max_tokens':100}");

    private static JsonNode call(String json) {
        try {
            return MAPPER.readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Test
    void letsAnotherModelGoOnWithPlainText() {
        assertThat(RescueRules.obstacle(PLAIN, TEXT, false)).isEmpty();
        assertThat(RescueRules.obstacle(PLAIN, TEXT, true)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true,false,false,a tool call", "false,true,false,citations", "false,false,true,refuses"})
    void forbidsItAfterPiecesThatCannotBeJoined(boolean toolCalls, boolean citations, boolean refusal, String reason) {
        assertThat(RescueRules.obstacle(PLAIN, new Delivered("", toolCalls, false, citations, refusal), false))
                .get()
                .asString()
                .contains(reason);
    }

    @Test
    void forbidsItAfterAThinkingBlockThatTheClientReads() {
        var thought = new Delivered("", false, true, false, false);

        assertThat(RescueRules.obstacle(PLAIN, thought, true)).get().asString().contains("thinking block");
        assertThat(RescueRules.obstacle(PLAIN, thought, false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'response_format':{'type':'json_object'}}",
                "{'response_format':{'type':'json_schema'}}",
                "{'anthropic':{'output_config':{'format':{'type':'json_schema'}}}}",
                "{'tool_choice':'required'}",
                "{'tool_choice':{'type':'function','function':{'name':'f'}}}",
                "{'n':2}",
                "{'openai':{'logprobs':true}}",
                "{'openai':{'modalities':['text','audio']}}",
                "{'openai':{'audio':{'voice':'alloy'}}}",
                "{'openai':{'web_search_options':{}}}",
                "{'tools':[{'type':'anthropic','tool':{'type':'web_search_20250305'}}]}",
                "{'anthropic':{'container':'c-1'}}"
            })
    void forbidsItWhereHalfAnAnswerIsWorthNothing(String json) {
        assertThat(RescueRules.obstacle(call(json), TEXT, false)).isPresent();
    }

    @Test
    void forbidsItAfter64KiB() {
        var most = new Delivered("ü".repeat(32 * 1024), false, false, false, false);
        var more = new Delivered("ü".repeat(32 * 1024) + "!", false, false, false, false);

        assertThat(RescueRules.obstacle(PLAIN, most, false)).isEmpty();
        assertThat(RescueRules.obstacle(PLAIN, more, false)).get().asString().contains("too much");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'n':2}", "{'openai':{'logprobs':true}}", "{'tools':[{'type':'custom'}]}"})
    void wantsSomeAnswersWholeFromTheirProvider(String json) {
        assertThat(RescueRules.oneAnswer(call(json))).isFalse();
        assertThat(RescueRules.oneAnswer(PLAIN)).isTrue();
        assertThat(RescueRules.oneAnswer(call("{'response_format':{'type':'json_object'}}")))
                .isTrue();
    }
}
