package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A stream whose documents are changed as they are read. */
record MappedJsonStream(JsonStream source, UnaryOperator<JsonNode> change) implements JsonStream {

    @Override
    public Optional<JsonNode> next() throws IOException, InterruptedException {
        var document = source.next();
        return document.isPresent() && !document.get().isMissingNode() ? document.map(change) : document;
    }

    @Override
    public boolean ready() {
        return source.ready();
    }

    @Override
    public void begun() {
        source.begun();
    }

    @Override
    public void finishing() {
        source.finishing();
    }

    @Override
    public void close() {
        source.close();
    }
}
