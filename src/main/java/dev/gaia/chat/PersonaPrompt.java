package dev.gaia.chat;

import static dev.gaia.chat.turn.ChatVariables.PERSONA;
import static dev.gaia.chat.turn.ChatVariables.TOOLS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.turn.ChatVariables;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * The system prompt of a persona, {@code {"id","name","system_prompt","capabilities"}}: its text, in which the place
 * {@code {tools_section}} holds a description of the tools that are offered, or nothing. The text is data: nothing in
 * it is evaluated.
 */
@Component("describeTools")
public final class PersonaPrompt implements Processor {

    private static final String PLACE = "{tools_section}";
    private static final String WITH_PLACE = "prompt_with_tools";
    /** For a persona that says nothing. */
    private static final String GENERIC = "You are a helpful assistant.";

    static ObjectNode persona(String id, String name, String prompt, JsonNode capabilities) {
        var persona = JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("name", name)
                .put("system_prompt", filled(prompt, ""));
        persona.set("capabilities", capabilities.isObject() ? capabilities : JsonNodeFactory.instance.objectNode());
        return prompt.contains(PLACE) ? persona.put(WITH_PLACE, prompt) : persona;
    }

    private static String filled(String prompt, String tools) {
        var text = prompt.replace(PLACE, tools).strip();
        return text.isEmpty() ? GENERIC : text;
    }

    /** Describes the tools in the variable {@code tools}, if there are any, in the prompt of this request. */
    @Override
    public void process(Exchange exchange) {
        if (exchange.getVariable(TOOLS) instanceof ArrayNode tools && !tools.isEmpty()) {
            var persona = ChatVariables.object(exchange, PERSONA);
            if (persona.has(WITH_PLACE)) {
                // The persona is shared with other requests, so it is copied.
                exchange.setVariable(
                        PERSONA,
                        persona.deepCopy()
                                .put(
                                        "system_prompt",
                                        filled(persona.path(WITH_PLACE).asText(), describe(tools))));
            }
        }
    }

    /** One line per tool: name, purpose, parameters, those that are required marked with a star. */
    static String describe(ArrayNode tools) {
        var text = new StringBuilder("You can use these tools (* marks a required parameter):");
        for (var tool : tools) {
            var function = tool.path("function");
            text.append("\n- ")
                    .append(function.path("name").asText())
                    .append(": ")
                    .append(function.path("description").asText().strip());
            var parameters = parameters(function.path("parameters"));
            if (!parameters.isEmpty()) {
                text.append(" Parameters: ").append(parameters).append('.');
            }
        }
        return text.toString();
    }

    private static String parameters(JsonNode schema) {
        Set<String> required = new HashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        var names = new ArrayList<String>();
        schema.path("properties")
                .fieldNames()
                .forEachRemaining(name -> names.add(required.contains(name) ? name + "*" : name));
        return String.join(", ", names);
    }
}
