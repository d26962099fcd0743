package dev.gaia.chat.selection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.attempt.Candidate;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.mapping.TableReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallCandidatesTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Of the first provider, and others that may stand in for it. */
    private static final String MODELS = """
            providers:
              - {name: first, base-url: "https://first.test/v1", default-model: wanted}
              - {name: strict, base-url: "https://strict.test/v1", default-model: small}
            models:
              - {id: wanted, provider: first, max-output: 16000, fallbacks: [small, plain, able, gpt-4o]}
              - {id: small, provider: strict, context: 8000, max-output: 4096, capabilities: [chat, streaming, tool_calling, vision]}
              - {id: plain, provider: strict, structured-output: false, capabilities: [chat, streaming]}
              - {id: able, provider: strict, max-output: 64000, capabilities: [chat, streaming, tool_calling, vision]}
              - {pattern: "any-*", provider: first, fallbacks: [some-1]}
              - {pattern: "some-*", provider: strict}
            """;

    @TempDir
    private Path folder;

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private CallCandidates candidates;

    @BeforeEach
    void read() throws IOException {
        var file = Files.writeString(folder.resolve("models.yaml"), MODELS);
        var catalogue = ModelCatalogue.read(new TableReader(Path.of("mappings")), Optional.of(file));
        var offer = new ModelOffer(catalogue, catalogue.providers());
        var standIns = new StandIns(offer, limits -> {
            throw new IllegalArgumentException("no model has limits here");
        });
        candidates = new CallCandidates(offer, new TokenCounter(catalogue, false), standIns);
        exchange.setVariable(ChatVariables.PROVIDER, "first");
        exchange.setVariable(ChatVariables.PROVIDER_ROUTE, "first");
        exchange.setVariable(ChatVariables.MODEL, "wanted");
        exchange.setVariable(ChatVariables.TURN, JsonNodeFactory.instance.objectNode());
        exchange.setVariable(ChatVariables.REQUEST, JsonNodeFactory.instance.objectNode());
        asked("{}");
    }

    private void asked(String call) {
        try {
            exchange.setVariable(ChatVariables.CALL, MAPPER.readTree(call));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(call, e);
        }
    }

    private List<String> models() {
        return candidates.candidates(exchange).stream().map(Candidate::model).toList();
    }

    /** The call as that model is asked, of those that may answer it. */
    private ObjectNode chosen(List<Candidate> all, String model) {
        var candidate = all.stream()
                .filter(one -> one.model().equals(model))
                .findFirst()
                .orElseThrow();
        candidates.choose(exchange, candidate, !"wanted".equals(model), Optional.empty());
        return candidates.call(exchange);
    }

    @Test
    void namesTheChosenModelAndItsFallbacksInTheirOrder() {
        assertThat(models()).containsExactly("wanted", "small", "plain", "able", "gpt-4o");
    }

    @Test
    void namesNobodyElseWhenTheCallerWantsNoFallback() {
        ChatVariables.object(exchange, ChatVariables.REQUEST).put("enable_fallback", false);

        assertThat(models()).containsExactly("wanted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'tools':[{'type':'function'}]} | able",
                "{'messages':[{'content':[{'type':'image_url'}]}]} | able",
                "{'response_format':{'type':'json_schema'}} | able",
                "{'response_format':{'type':'json_object'}} | able",
                "{'anthropic':{'output_config':{'format':{'type':'json_schema'}}}} | able",
                "{'response_format':{'type':'text'}} | plain"
            })
    void leavesOutWhoCannotDoWhatIsAskedFor(String call, String next) {
        asked(call.replace('\'', '"'));

        assertThat(models()).containsSubsequence("wanted", "small", next).contains("gpt-4o");
        assertThat(models().contains("plain")).isEqualTo("plain".equals(next));
    }

    @Test
    void leavesOutWhoseWindowIsKnownToBeTooSmall() {
        asked("{\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}".formatted("word ".repeat(20_000)));

        assertThat(models()).containsExactly("wanted", "plain", "able", "gpt-4o");
    }

    @Test
    void leavesOutNobodyOfWhomNothingIsKnown() {
        exchange.setVariable(ChatVariables.MODEL, "any-1");
        asked("""
                {"messages":[{"role":"user","content":"%s"}],"tools":[{"type":"function"}],"response_format":{"type":"json_object"}}
                """.formatted("word ".repeat(20_000)));

        assertThat(models()).containsExactly("any-1", "some-1");
    }

    @Test
    void asksEachModelForAsManyTokensAsItCanSay() {
        asked("{\"max_tokens\":32000}");
        var all = candidates.candidates(exchange);

        assertThat(chosen(all, "wanted").path("max_tokens").asInt()).isEqualTo(16_000);
        assertThat(chosen(all, "small").path("max_tokens").asInt()).isEqualTo(4_096);
        assertThat(chosen(all, "able").path("max_tokens").asInt()).isEqualTo(32_000);
        assertThat(chosen(all, "plain").path("max_tokens").asInt()).isEqualTo(32_000);
        assertThat(chosen(all, "small").path("max_tokens").asInt()).isEqualTo(4_096);
    }

    @Test
    void asksForNoMoreTokensThanTheCaller() {
        asked("{\"max_tokens\":100}");
        var all = candidates.candidates(exchange);

        assertThat(chosen(all, "small").path("max_tokens").asInt()).isEqualTo(100);
        asked("{}");
        assertThat(chosen(all, "small").has("max_tokens")).isFalse();
    }

    @Test
    void saysWhoStandsInForTheModelThatWasWanted() {
        var all = candidates.candidates(exchange);

        assertThat(chosen(all, "small").path("stands_in").asBoolean()).isTrue();
        assertThat(chosen(all, "wanted").has("stands_in")).isFalse();
    }
}
