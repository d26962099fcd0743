package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.turn.ChatVariables;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class PersonaPromptTest {

    private static ObjectNode persona(String prompt) {
        return PersonaPrompt.persona("1", "Rex", prompt, MissingNode.getInstance());
    }

    private static ArrayNode tools() {
        var tools = JsonNodeFactory.instance.arrayNode();
        var function = tools.addObject()
                .put("type", "function")
                .putObject("function")
                .put("name", "read_file")
                .put("description", "Reads a file. ");
        var parameters = function.putObject("parameters").put("type", "object");
        parameters.putObject("properties").putObject("path");
        ((ObjectNode) parameters.get("properties")).putObject("lines");
        parameters.putArray("required").add("path");
        return tools;
    }

    private static String prompt(ObjectNode persona, ArrayNode tools) {
        var exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.setVariable(ChatVariables.PERSONA, persona);
        exchange.setVariable(ChatVariables.TOOLS, tools);
        new PersonaPrompt().process(exchange);
        return ChatVariables.object(exchange, ChatVariables.PERSONA)
                .path("system_prompt")
                .asText();
    }

    @Test
    void emptiesThePlaceWithoutTools() {
        assertThat(persona("You are Rex.\n\n{tools_section}")
                        .path("system_prompt")
                        .asText())
                .isEqualTo("You are Rex.");
        assertThat(persona("{tools_section}").path("system_prompt").asText()).isEqualTo("You are a helpful assistant.");
    }

    @Test
    void describesTheToolsThatAreOffered() {
        var persona = persona("You are Rex. ${x} {tools_section}");

        assertThat(prompt(persona, tools()))
                .isEqualTo("You are Rex. ${x} You can use these tools (* marks a required parameter):"
                        + "\n- read_file: Reads a file. Parameters: path*, lines.");
        assertThat(persona.path("system_prompt").asText())
                .as("what other requests share")
                .isEqualTo("You are Rex. ${x}");
        assertThat(prompt(persona("No place."), tools())).isEqualTo("No place.");
        assertThat(prompt(persona, JsonNodeFactory.instance.arrayNode())).isEqualTo("You are Rex. ${x}");
    }
}
