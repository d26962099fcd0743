package dev.gaia.chat.provider;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * A JSON document with gaps where its texts and whole numbers stand. Whatever differs from it in the gaps only is read
 * by comparing bytes, and gives the tree that Jackson would give: for a stream's token a sixth of the garbage, since
 * Jackson's tree has a hash table in every object (measured, JDK 25). Texts with escapes are left to Jackson.
 */
final class EventForm {

    /** What stands at one place of the document. */
    private sealed interface Part {}

    private record Fixed(JsonNode value) implements Part {}

    private record Gap(int index) implements Part {}

    private record Fields(List<String> names, List<Part> parts) implements Part {}

    private record Elements(List<Part> parts) implements Part {}

    private static final int DIGITS_MAX = 18;
    private static final char REPLACEMENT = '\uFFFD';

    private final byte[] sample;
    private final Part root;
    /** Where each gap of the sample begins and ends. */
    private final int[] begins;

    private final int[] ends;
    private final boolean[] texts;
    /** What stands in the gaps of the sample, some of which is the same in every document. */
    private final JsonNode[] values;

    private EventForm(byte[] sample, Learner learner, Part root) {
        this.sample = sample;
        this.root = root;
        this.begins = learner.begins.stream().mapToInt(Integer::intValue).toArray();
        this.ends = learner.ends.stream().mapToInt(Integer::intValue).toArray();
        this.values = learner.values.toArray(JsonNode[]::new);
        this.texts = new boolean[values.length];
        for (int gap = 0; gap < values.length; gap++) {
            texts[gap] = values[gap].isTextual();
        }
    }

    /** The form of a document; empty when it has none that can be relied on. */
    static Optional<EventForm> of(byte[] document, ObjectReader reader) {
        var learner = new Learner(document);
        try (var parser = reader.createParser(document)) {
            parser.nextToken();
            var root = learner.part(parser);
            return learner.sound && parser.nextToken() == null
                    ? Optional.of(new EventForm(document, learner, root))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static final class Learner {

        private final byte[] document;
        private final List<Integer> begins = new ArrayList<>();
        private final List<Integer> ends = new ArrayList<>();
        private final List<JsonNode> values = new ArrayList<>();
        private boolean sound = true;

        Learner(byte[] document) {
            this.document = document;
        }

        private Part part(JsonParser parser) throws IOException {
            return switch (parser.currentToken()) {
                case START_OBJECT -> fields(parser);
                case START_ARRAY -> elements(parser);
                case VALUE_STRING -> {
                    int begin = (int) parser.currentTokenLocation().getByteOffset() + 1;
                    var text = TextNode.valueOf(parser.getText());
                    yield gap(begin, (int) parser.currentLocation().getByteOffset() - 1, text);
                }
                case VALUE_NUMBER_INT -> {
                    int begin = (int) parser.currentTokenLocation().getByteOffset();
                    int end = begin + parser.getTextLength();
                    // Of one that is not read in this way the value is wrong, and the form is not used.
                    yield gap(begin, end, number(document, begin, end));
                }
                case VALUE_TRUE -> new Fixed(BooleanNode.TRUE);
                case VALUE_FALSE -> new Fixed(BooleanNode.FALSE);
                case VALUE_NULL -> new Fixed(NullNode.getInstance());
                default -> {
                    // A fraction is not the same twice.
                    sound = false;
                    yield new Fixed(NullNode.getInstance());
                }
            };
        }

        private Part fields(JsonParser parser) throws IOException {
            var names = new ArrayList<String>();
            var parts = new ArrayList<Part>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                names.add(parser.currentName());
                parser.nextToken();
                parts.add(part(parser));
            }
            sound &= new HashSet<>(names).size() == names.size();
            return new Fields(List.copyOf(names), List.copyOf(parts));
        }

        private Part elements(JsonParser parser) throws IOException {
            var parts = new ArrayList<Part>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                parts.add(part(parser));
            }
            return new Elements(List.copyOf(parts));
        }

        private Part gap(int begin, int end, JsonNode value) {
            int found = value.isTextual()
                    ? textEnd(document, begin, document.length)
                    : numberEnd(document, begin, document.length);
            sound &= found == end;
            begins.add(begin);
            ends.add(end);
            values.add(value);
            return new Gap(begins.size() - 1);
        }
    }

    /** True when both are the same but for what stands in their gaps. */
    boolean same(EventForm other) {
        return read(other.sample, 0, other.sample.length).isPresent();
    }

    /** The tree of a document of this form; empty when it is of another one, or not to be read in this way. */
    Optional<JsonNode> read(byte[] bytes, int from, int to) {
        int[] at = new int[2 * begins.length];
        int position = from;
        int sampleFrom = 0;
        for (int gap = 0; gap < begins.length; gap++) {
            int begin = position + begins[gap] - sampleFrom;
            if (begin > to || !Arrays.equals(bytes, position, begin, sample, sampleFrom, begins[gap])) {
                return Optional.empty();
            }
            position = texts[gap] ? textEnd(bytes, begin, to) : numberEnd(bytes, begin, to);
            if (position < 0) {
                return Optional.empty();
            }
            at[2 * gap] = begin;
            at[2 * gap + 1] = position;
            sampleFrom = ends[gap];
        }
        if (!Arrays.equals(bytes, position, to, sample, sampleFrom, sample.length)) {
            return Optional.empty();
        }
        var found = new JsonNode[begins.length];
        for (int gap = 0; gap < found.length; gap++) {
            var value = value(gap, bytes, at[2 * gap], at[2 * gap + 1]);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            found[gap] = value.get();
        }
        return Optional.of(build(root, found));
    }

    /** Where a text ends; -1 when it has no end, an escape or what no JSON text may hold. */
    private static int textEnd(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '"') {
                return i;
            }
            if (b == '\\' || (b >= 0 && b < ' ')) {
                return -1;
            }
        }
        return -1;
    }

    /** Where a whole number ends; -1 when it is none, or larger than is usual. */
    private static int numberEnd(byte[] bytes, int from, int to) {
        int end = from;
        while (end < to && bytes[end] >= '0' && bytes[end] <= '9') {
            end++;
        }
        boolean usual = end > from && end - from <= DIGITS_MAX && (bytes[from] != '0' || end == from + 1);
        return usual ? end : -1;
    }

    /** What stands in a gap; empty when it is no text after all. */
    private Optional<JsonNode> value(int gap, byte[] bytes, int from, int to) {
        if (Arrays.equals(bytes, from, to, sample, begins[gap], ends[gap])) {
            return Optional.of(values[gap]);
        }
        return texts[gap] ? text(bytes, from, to) : Optional.of(number(bytes, from, to));
    }

    /** Bytes that are no characters are not told from those that mean the sign for them, so neither is read here. */
    private static Optional<JsonNode> text(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] < 0) {
                var text = new String(bytes, from, to - from, UTF_8);
                return text.indexOf(REPLACEMENT) < 0 ? Optional.of(TextNode.valueOf(text)) : Optional.empty();
            }
        }
        return Optional.of(TextNode.valueOf(new String(bytes, from, to - from, ISO_8859_1)));
    }

    private static JsonNode number(byte[] bytes, int from, int to) {
        long number = 0;
        for (int i = from; i < to; i++) {
            number = 10 * number + bytes[i] - '0';
        }
        return number <= Integer.MAX_VALUE ? IntNode.valueOf((int) number) : LongNode.valueOf(number);
    }

    private static JsonNode build(Part part, JsonNode[] found) {
        return switch (part) {
            case Fixed fixed -> fixed.value();
            case Gap gap -> found[gap.index()];
            case Fields fields ->
                new ObjectNode(JsonNodeFactory.instance, new FixedFields(fields.names(), build(fields.parts(), found)));
            case Elements elements ->
                new ArrayNode(JsonNodeFactory.instance, Arrays.asList(build(elements.parts(), found)));
        };
    }

    private static JsonNode[] build(List<Part> parts, JsonNode[] found) {
        var nodes = new JsonNode[parts.size()];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = build(parts.get(i), found);
        }
        return nodes;
    }
}
