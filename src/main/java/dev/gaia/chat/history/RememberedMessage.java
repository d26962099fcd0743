package dev.gaia.chat.history;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Serial;

/**
 * An entry of a dialogue as models read it, {@code {"role","content"}}, that keeps its JSON text once it was written:
 * every request sends the whole dialogue again, and writing it anew took a third of a request's time. Never changed.
 */
@SuppressWarnings("unchecked") // ObjectNode narrows what deepCopy gives back
final class RememberedMessage extends ObjectNode {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Bytes a message weighs in memory beside its text, and the times its text is there. */
    private static final int OVERHEAD_BYTES = 400;

    private static final int COPIES = 2;

    private final int contentCharacters;
    private transient WrittenJson json;

    RememberedMessage(String role, String content) {
        super(JsonNodeFactory.instance);
        contentCharacters = content.length();
        put("role", role);
        put("content", content);
    }

    @Override
    public void serialize(JsonGenerator generator, SerializerProvider provider) throws IOException {
        var known = json;
        if (known == null) {
            // Two threads may do this at once, with the same result.
            known = new WrittenJson("{\"role\":\"" + quoted("role") + "\",\"content\":\"" + quoted("content") + "\"}");
            json = known;
        }
        generator.writeRawValue(known);
    }

    private String quoted(String field) {
        return new String(
                JsonStringEncoder.getInstance().quoteAsString(get(field).textValue()));
    }

    int weight() {
        return OVERHEAD_BYTES + COPIES * contentCharacters;
    }
}
