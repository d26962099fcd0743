package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.schibsted.spt.data.jslt.Function;

/** A function of one argument, which mappings call by its name. */
public abstract class MappingFunction implements Function {

    private final String name;

    protected MappingFunction(String name) {
        this.name = name;
    }

    protected abstract JsonNode call(JsonNode argument);

    @Override
    public final String getName() {
        return name;
    }

    @Override
    public final int getMinArguments() {
        return 1;
    }

    @Override
    public final int getMaxArguments() {
        return 1;
    }

    @Override
    public final JsonNode call(JsonNode input, JsonNode[] arguments) {
        return call(arguments[0]);
    }
}
