package dev.gaia.chat.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** The fields of a small object, whose names it shares with all objects of the same form. It cannot be changed. */
final class FixedFields extends AbstractMap<String, JsonNode> {

    private final List<String> names;
    private final JsonNode[] values;

    FixedFields(List<String> names, JsonNode[] values) {
        this.names = names;
        this.values = values;
    }

    @Override
    public JsonNode get(Object name) {
        for (int i = 0; i < values.length; i++) {
            if (names.get(i).equals(name)) {
                return values[i];
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(Object name) {
        return get(name) != null;
    }

    @Override
    public int size() {
        return values.length;
    }

    @Override
    public Set<Map.Entry<String, JsonNode>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, JsonNode>> iterator() {
                return IntStream.range(0, values.length)
                        .mapToObj(i -> Map.entry(names.get(i), values[i]))
                        .iterator();
            }

            @Override
            public int size() {
                return values.length;
            }
        };
    }
}
