package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ReplyAssemblyTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ReplyAssembly of(String... events) {
        var assembly = new ReplyAssembly();
        for (var event : events) {
            assembly.add(json(event));
        }
        return assembly;
    }

    @Test
    void joinsTextAndKeepsTheLaterCounts() {
        var assembly = of(
                "{'usage':{'input_tokens':7,'output_tokens':1,'cached_tokens':null}}",
                "{'text':'Hello '}",
                "{'text':null}",
                "{'text':'there.','finish_reason':'stop'}",
                "{'usage':{'input_tokens':null,'output_tokens':3}}");

        assertThat(assembly.finishReason()).contains("stop");
        assertThat(assembly.reply())
                .isEqualTo(json("{'text':'Hello there.','finish_reason':'stop','stop_sequence':null,'refusal':null,"
                        + "'tool_calls':null,'reasoning':null,'usage':{'input_tokens':7,'output_tokens':3}}"));
    }

    @Test
    void joinsCallsThatComeInTurnsAndWithGaps() {
        var reply = of(
                        "{'tool_calls':[{'index':1,'id':'a','type':'function','function':{'name':'look','arguments':''}}]}",
                        "{'tool_calls':[{'index':4,'id':'b','type':'function','function':{'name':'now','arguments':''}}]}",
                        "{'tool_calls':[{'index':1,'function':{'arguments':'{\\u0022at\\u0022:'}}]}",
                        "{'tool_calls':[{'index':1,'function':{'arguments':'1}'}}]}",
                        "{'finish_reason':'tool_calls'}")
                .reply();

        assertThat(reply.path("tool_calls"))
                .isEqualTo(json(
                        "[{'id':'a','type':'function','function':{'name':'look','arguments':'{\\u0022at\\u0022:1}'}},"
                                + "{'id':'b','type':'function','function':{'name':'now','arguments':'{}'}}]"));
    }

    @Test
    void keepsThoughtsAsTheirModelWantsThemBack() {
        var reply = of(
                        "{'reasoning':'h'}",
                        "{'reasoning':'m'}",
                        "{'reasoning_signature':'s'}",
                        "{'redacted_reasoning':'xx'}",
                        "{'reasoning':'more'}",
                        "{'text':'A','finish_reason':'stop','stop_sequence':'END'}")
                .reply();

        assertThat(reply.path("reasoning"))
                .isEqualTo(json("[{'type':'thinking','thinking':'hm','signature':'s'},"
                        + "{'type':'redacted_thinking','data':'xx'},{'type':'thinking','thinking':'more'}]"));
        assertThat(reply.path("stop_sequence").asText()).isEqualTo("END");
    }

    @Test
    void isNotWholeBeforeTheModelStopped() {
        var assembly = of("{'text':'Hel'}");
        assembly.add(MissingNode.getInstance());

        assertThat(assembly.finishReason()).isEmpty();
        assertThat(assembly.text()).isEqualTo("Hel");
    }
}
