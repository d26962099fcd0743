package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.turn.ChatSettingsTest;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.link.GaiaHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadChatRequestTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ReadChatRequest step = new ReadChatRequest(MAPPER, ChatSettingsTest.defaults());

    private ObjectNode read(String body) {
        return step.read(json(body));
    }

    private static JsonNode json(String body) {
        try {
            return MAPPER.readTree(body.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private Exchange process(byte[] body) {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader(GaiaHeaders.USER_ID, "ann");
        exchange.getMessage().setHeader(GaiaHeaders.REQUEST_ID, "request-1");
        step.process(exchange);
        return exchange;
    }

    @Test
    void readsASingleMessageWithTheDefaults() {
        var request = read("{'message':'Hello'}");

        assertThat(request)
                .isEqualTo(json("{'message':'Hello','system':null,'turns':[{'role':'user','content':'Hello'}],"
                        + "'own_dialogue':false,'stream':false,'model':null,'provider':null,'persona_id':'default',"
                        + "'temperature':0.7,'top_p':null,'max_tokens':2000,'stop':null,'enable_fallback':true,'allow_tool_actions':false,"
                        + "'include_usage':false,'activity':null,'conversation_id':null}"));
    }

    @Test
    void takesTheLastUserEntryAsTheMessage() {
        var request = read(
                "{'messages':[{'role':'system','content':'Be brief'},{'role':'developer','content':'Rhyme'},"
                        + "{'role':'user','content':'One'},{'role':'assistant','content':'Two'},{'role':'user','content':'Three'}]}");

        assertThat(request.path("message").asText()).isEqualTo("Three");
        assertThat(request.path("system").asText()).isEqualTo("Be brief\n\nRhyme");
        assertThat(request.path("own_dialogue").asBoolean()).isTrue();
        assertThat(request.path("turns")).hasSize(3);
    }

    @Test
    void keepsTheServersHistoryWhenOnlyOneEntryIsSent() {
        var request = read("{'messages':[{'role':'system','content':'Be brief'},{'role':'user','content':'Hello'}]}");

        assertThat(request.path("own_dialogue").asBoolean()).isFalse();
    }

    @Test
    void takesTextFromParts() {
        var request = read(
                "{'messages':[{'role':'user','content':[{'type':'text','text':'What is '},"
                        + "{'type':'image_url','image_url':{'url':'https://example.test/a.png'}},{'type':'text','text':'this?'}]}]}");

        assertThat(request.path("message").asText()).isEqualTo("What is this?");
        assertThat(request.at("/turns/0/content")).hasSize(3);
    }

    @Test
    void leavesOutBlankEntries() {
        var request = read("{'messages':[{'role':'user','content':'One'},{'role':'assistant','content':' '},"
                + "{'role':'user','content':'Two'}]}");

        assertThat(request.path("turns")).hasSize(2);
    }

    @Test
    void keepsCallsOfToolsAndTheirResults() {
        var request = read("{'messages':[{'role':'user','content':'Look'},{'role':'assistant','content':null,"
                + "'tool_calls':[{'id':'1','type':'function','function':{'name':'look','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'1','content':'a cat'}]}");

        assertThat(request.at("/turns/1/tool_calls/0/id").asText()).isEqualTo("1");
        assertThat(request.at("/turns/2/tool_call_id").asText()).isEqualTo("1");
    }

    @Test
    void prefersMessageOverMessages() {
        var request = read("{'message':'One','messages':[{'role':'user','content':'Two'}]}");

        assertThat(request.path("message").asText()).isEqualTo("One");
        assertThat(request.path("turns")).hasSize(1);
    }

    @Test
    void takesOptionsInTheirBounds() {
        var request = read("{'message':'Hello','temperature':2,'top_p':0.1,'max_tokens':5,'stop':'END','stream':true,"
                + "'model':' gpt-4o ','provider':'openai','enable_fallback':false,'stream_options':{'include_usage':true},"
                + "'priority':'vr','context_type':'greeting','required_capabilities':['vision','levitation'],'x':1}");

        assertThat(request.path("temperature").asDouble()).isEqualTo(2.0);
        assertThat(request.path("max_tokens").asInt()).isEqualTo(5);
        assertThat(request.path("stop")).hasToString("[\"END\"]");
        assertThat(request.path("model").asText()).isEqualTo("gpt-4o");
        assertThat(request.path("include_usage").asBoolean()).isTrue();
    }

    @Test
    void takesNullsForAbsentFields() {
        var request = read("{'message':'Hello','messages':null,'model':null,'provider':null,'persona_id':null,"
                + "'stream':null,'temperature':null,'conversation_id':null,'priority':null}");

        assertThat(request.path("persona_id").asText()).isEqualTo("default");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | missing | message",
                "{'message':null} | missing | message",
                "{'message':7} | string_type | message",
                "{'message':''} | string_too_short | message",
                "{'message':' \\t\\n'} | string_too_short | message",
                "{'messages':{}} | list_type | messages",
                "{'messages':[]} | missing | messages",
                "{'messages':['Hello']} | dict_type | messages",
                "{'messages':[{'role':'robot','content':'x'}]} | literal_error | role",
                "{'messages':[{'role':7,'content':'x'}]} | literal_error | role",
                "{'messages':[{'role':'user'}]} | missing | content",
                "{'messages':[{'role':'user','content':7}]} | string_type | content",
                "{'messages':[{'role':'user','content':[7]}]} | string_type | content",
                "{'messages':[{'role':'user','content':[{'type':'text'}]}]} | string_type | content",
                "{'messages':[{'role':'system','content':'x'}]} | missing | messages",
                "{'messages':[{'role':'user','content':' '}]} | missing | messages",
                "{'message':'x','stream':'yes'} | bool_type | stream",
                "{'message':'x','temperature':'warm'} | float_type | temperature",
                "{'message':'x','temperature':2.1} | out_of_range | temperature",
                "{'message':'x','top_p':-1} | out_of_range | top_p",
                "{'message':'x','max_tokens':0} | greater_than_equal | max_tokens",
                "{'message':'x','max_tokens':1.5} | int_type | max_tokens",
                "{'message':'x','max_tokens':99999999999} | int_type | max_tokens",
                "{'message':'x','model':[]} | string_type | model",
                "{'message':'x','priority':'urgent'} | literal_error | priority",
                "{'message':'x','required_capabilities':'vision'} | list_type | required_capabilities",
                "{'message':'x','required_capabilities':[1]} | string_type | required_capabilities",
                "{'message':'x','stop':[1]} | string_type | stop",
                "{'message':'x','conversation_id':7} | string_type | conversation_id"
            })
    void refusesWithOneIssuePerFault(String body, String type, String field) {
        assertThatThrownBy(() -> read(body)).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.status()).isEqualTo(422);
            var issue = failure.detail().path(0);
            assertThat(issue.path("type").asText()).isEqualTo(type);
            assertThat(issue.path("loc").toString()).contains(field);
        });
    }

    @Test
    void namesEveryFaultAtOnceWithoutEchoingTheInput() {
        assertThatThrownBy(() -> read("{'message':'secret','stream':7,'temperature':'secret'}"))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.detail()).hasSize(2);
                    assertThat(failure.detail().toString()).doesNotContain("secret");
                });
    }

    @Test
    void keepsWhichConversationIsAskedFor() {
        assertThat(read("{'message':'x','conversation_id':'new'}")
                        .path("conversation_id")
                        .asText())
                .isEqualTo("new");
        assertThat(read("{'message':'x','conversation_id':''}")
                        .path("conversation_id")
                        .isNull())
                .isTrue();
        assertThat(read("{'message':'x'}").path("conversation_id").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "\"text\"", "{", "\uFFFF"})
    void refusesBodiesThatAreNoObject(String body) {
        assertThatThrownBy(() -> process(body.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.status()).isEqualTo(422));
    }

    @Test
    void replacesWhatNoDatabaseAndNoWireCanCarry() {
        var exchange = process("{\"messages\":[{\"role\":\"user\",\"content\":\"a\\u0000b\\ud800c\\ud83c\\udf88\"}]}"
                .getBytes(StandardCharsets.UTF_8));

        var request = ChatVariables.object(exchange, ChatVariables.REQUEST);
        assertThat(request.path("message").asText()).isEqualTo("a\uFFFDb\uFFFDc🎈");
        assertThat(request.at("/turns/0/content").asText()).isEqualTo("a\uFFFDb\uFFFDc🎈");
    }

    @Test
    void leavesTextWithControlWordsAsItIs() {
        var text = "${body} {{gaia.provider.endpoints.openai.key}} #{1+1}";
        var exchange = process(("{\"message\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));

        assertThat(ChatVariables.object(exchange, ChatVariables.REQUEST)
                        .path("message")
                        .asText())
                .isEqualTo(text);
    }

    @Test
    void leavesWhatTheRoutesBranchOn() {
        var exchange =
                process("{\"message\":\"Hi\",\"stream\":true,\"model\":\"gpt-4o\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(exchange.getVariable(ChatVariables.STREAM)).isEqualTo(true);
        assertThat(exchange.getVariable(ChatVariables.ASKED_MODEL)).isEqualTo("gpt-4o");
        assertThat(exchange.getVariable(ChatVariables.ASKED_PROVIDER)).isNull();
        var turn = ChatTurn.of(exchange);
        assertThat(turn.path("user_id").asText()).isEqualTo("ann");
        assertThat(turn.path("request_id").asText()).isEqualTo("request-1");
        assertThat(turn.path("status").asText()).isEqualTo("started");
    }
}
