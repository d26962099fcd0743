package dev.gaia.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.mapping.JsonStream;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoModelTest {

    private final DemoModel model = new DemoModel(Duration.ofMillis(1));

    private Object ask(boolean stream, String... messages) {
        var call =
                JsonNodeFactory.instance.objectNode().put("model", "gaia-demo").put("stream", stream);
        var list = call.putArray("messages");
        for (int i = 0; i < messages.length; i++) {
            list.addObject().put("role", i % 2 == 0 ? "user" : "assistant").put("content", messages[i]);
        }
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setBody(call);
        model.process(exchange);
        return exchange.getMessage().getBody();
    }

    private String answer(String... messages) {
        return ((JsonNode) ask(false, messages)).path("text").asText();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What is 2+2? | is 4.",
                "7 times 6 | is 42.",
                "10 / 4 | is 2.5.",
                "5 divided by 0 | divide by zero",
                "Hello! | Hello!",
                "Who are you? | I am Mu",
                "My name is Ann | Ann",
                "Help me breathe | breathe",
                "Tell me about ships | demo model"
            })
    void answersFromSimpleRules(String question, String part) {
        assertThat(answer(question)).contains(part).containsAnyOf("eep", "oop");
    }

    @Test
    void remembersTheNameTheCallerTold() {
        assertThat(answer("My name is Ann", "Nice to meet you, Ann.", "What is my name?"))
                .contains("Ann");
        assertThat(answer("What is my name?")).doesNotContain("Ann");
    }

    @Test
    void streamsTheSameTextWordByWord() throws Exception {
        var whole = answer("Hello!");
        var stream = (JsonStream) ask(true, "Hello!");

        var text = new StringBuilder();
        int pieces = 0;
        Optional<JsonNode> event = stream.next();
        JsonNode last = null;
        while (event.isPresent()) {
            last = event.get();
            text.append(last.path("text").asText(""));
            pieces++;
            event = stream.next();
        }

        assertThat(text).hasToString(whole);
        assertThat(pieces).isGreaterThan(5);
        assertThat(last.path("finish_reason").asText()).isEqualTo("stop");
    }

    @Test
    void endsWhenItsReaderLeaves() throws Exception {
        var stream = (JsonStream) ask(true, "Hello!");
        stream.next();
        stream.close();

        assertThat(stream.next()).isEmpty();
    }
}
