package dev.gaia.chat.catalogue;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.mapping.MappingFunction;

/**
 * The function {@code model-facts(name)} of mappings: what a model understands, as an object. Keys, absent when nothing
 * is known: {@code reasoning}, {@code sampling}, {@code forced_tools} booleans, {@code thinking} text; of the provider
 * {@code stream_options}, {@code legacy_max_tokens} and {@code openai_fields}. A mapping asks by name, so that a call that is sent to another
 * model fits that one.
 */
public final class ModelFacts extends MappingFunction {

    private final ModelCatalogue catalogue;

    public ModelFacts(ModelCatalogue catalogue) {
        super("model-facts");
        this.catalogue = requireNonNull(catalogue, "catalogue is null");
    }

    @Override
    protected JsonNode call(JsonNode name) {
        return catalogue.facts(name.asText(""));
    }
}
