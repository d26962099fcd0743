package dev.gaia.mapping;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Expression;
import com.schibsted.spt.data.jslt.JsltException;
import java.util.Map;

/**
 * One compiled mapping: a JSON document in, another one out. Safe for use by many threads.
 *
 * <p>The result may share parts with the input and with the variables, so neither may be changed afterwards.
 *
 * @param name area and name, {@code chat/openai-to-chat}
 */
public record Mapping(String name, Expression expression) {

    public Mapping {
        requireNonNull(name, "name is null");
        requireNonNull(expression, "expression is null");
    }

    /**
     * Applies the mapping.
     *
     * @param variables what the file reads as {@code $name}; a variable it reads but does not find is a fault
     * @throws MappingFault when the document is not of the shape the mapping expects; it tells the mapping and,
     *     where JSLT knows it, line and column, not what JSLT says of it: that quotes the document, which would bring
     *     what people wrote into the log
     */
    public JsonNode apply(JsonNode input, Map<String, JsonNode> variables) {
        try {
            return expression.apply(variables, input);
        } catch (JsltException e) {
            var place = e.getLine() > 0 ? e.getSource() + ":" + e.getLine() + ":" + e.getColumn() : name;
            var fault = new MappingFault(place + ": the document that came is not of the form that this wants");
            // Where it happened names the function that did not take its value.
            fault.setStackTrace(e.getStackTrace());
            throw fault;
        }
    }
}
