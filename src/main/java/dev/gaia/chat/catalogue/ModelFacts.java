package dev.gaia.chat.catalogue;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Function;

/**
 * The function {@code model-facts(name)} of mappings: what a model understands, as an object. Keys, absent when nothing
 * is known: {@code reasoning}, {@code sampling}, {@code forced_tools} booleans, {@code thinking} text; of the provider
 * {@code stream_options} and {@code legacy_max_tokens}. A mapping asks by name, so that a call that is sent to another
 * model fits that one.
 */
public final class ModelFacts implements Function {

    private final ModelCatalogue catalogue;

    public ModelFacts(ModelCatalogue catalogue) {
        this.catalogue = requireNonNull(catalogue, "catalogue is null");
    }

    @Override
    public String getName() {
        return "model-facts";
    }

    @Override
    public int getMinArguments() {
        return 1;
    }

    @Override
    public int getMaxArguments() {
        return 1;
    }

    @Override
    public JsonNode call(JsonNode input, JsonNode[] arguments) {
        return catalogue.facts(arguments[0].asText(""));
    }
}
