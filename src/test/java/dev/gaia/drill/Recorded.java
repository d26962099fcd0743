package dev.gaia.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/** Streams as providers send them, whole, for tests that cut them anywhere. */
final class Recorded {

    /** Arguments of the recorded call, with letters of two, three and four bytes. */
    static final String ARGUMENTS = "{\"city\":\"Zürich 東京 🙂\",\"days\":2}";

    /** Joins two pictures to one. */
    static final char JOINER = '\u200D';

    private static final int PIECE_CHARACTERS = 46;

    private Recorded() {}

    /**
     * {@link DrillText#WHOLE} in a few pieces, divided inside a picture, after the joiner of another and inside a flag too;
     * pictures are escaped, letters are not.
     */
    static String text(DrillWire wire) {
        var events = new ArrayList<>(wire.opening("recorded"));
        var text = DrillText.WHOLE;
        var insides =
                List.of(text.indexOf("🙂") + 1, text.indexOf(JOINER) + 1, text.indexOf("🇯🇵") + "🇯🇵".length() / 2);
        for (int start = 0; start < text.length(); ) {
            int end = Math.min(start + PIECE_CHARACTERS, text.length());
            for (int inside : insides) {
                end = start < inside && inside < end ? inside : end;
            }
            events.add(escaped(wire, text.substring(start, end)));
            start = end;
        }
        events.addAll(wire.finish("recorded", "stop"));
        events.add(wire.mark());
        return String.join("", events);
    }

    private static String escaped(DrillWire wire, String piece) {
        var event = wire.piece("recorded", piece);
        var text = new StringBuilder();
        for (int i = 0; i < event.length(); i++) {
            char unit = event.charAt(i);
            text.append(Character.isSurrogate(unit) ? String.format("\\u%04x", (int) unit) : String.valueOf(unit));
        }
        return text.toString();
    }

    /** One call of the function {@code weather} with {@link #ARGUMENTS}, and nothing else. */
    static String toolCall(DrillWire wire) {
        var arguments = List.of(ARGUMENTS.substring(0, 11), ARGUMENTS.substring(11, 16), ARGUMENTS.substring(16));
        var events = new ArrayList<String>();
        switch (wire) {
            case OPENAI -> {
                events.add(openAi(
                        "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_1\","
                                + "\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}]}"));
                arguments.forEach(
                        piece -> events.add(openAi("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\""
                                + piece.replace("\"", "\\\"") + "\"}}]}")));
            }
            case ANTHROPIC -> {
                events.add(wire.opening("recorded").getFirst());
                events.add(anthropic(
                        "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\","
                                + "\"id\":\"toolu_1\",\"name\":\"weather\",\"input\":{}}}"));
                arguments.forEach(
                        piece -> events.add(anthropic("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                                + "{\"type\":\"input_json_delta\",\"partial_json\":\"" + piece.replace("\"", "\\\"")
                                + "\"}}")));
            }
        }
        wire.finish("recorded", "tool_calls").forEach(event -> events.add(event.replace("end_turn", "tool_use")));
        events.add(wire.mark());
        return String.join("", events);
    }

    private static String openAi(String delta) {
        return "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":"
                + delta + ",\"finish_reason\":null}]}\n\n";
    }

    private static String anthropic(String event) {
        return "event: " + event.substring(9, event.indexOf('"', 9)) + "\ndata: " + event + "\n\n";
    }

    /** A model that begins an answer with these events and says no more. */
    static Play begun(DrillWire wire, String... events) {
        return only(wire.opening("m").getFirst() + String.join("", events));
    }

    /** A model in OpenAI's form that answers with these events and ends properly. */
    static Play ended(String reason, String... events) {
        var wire = DrillWire.OPENAI;
        return only(wire.opening("m").getFirst()
                + String.join("", events)
                + String.join("", wire.finish("m", reason))
                + wire.mark());
    }

    /** A model in OpenAI's form that calls a function with arguments that cannot be parsed. */
    static Play brokenCall() {
        return ended("tool_calls", DrillWire.OPENAI.toolPieces("m").toArray(String[]::new));
    }

    /** A piece of what a model in OpenAI's form thinks. */
    static String thought(String text) {
        return DrillWire.OPENAI.piece("m", text).replace("\"content\":", "\"reasoning_content\":");
    }

    private static Play only(String events) {
        return Play.cut(events, bytes(events));
    }

    /** Bytes of the transfer of a stream, in chunks of one event. */
    static int bytes(String events) {
        int bytes = "0\r\n\r\n".length();
        for (var part : events.splitWithDelimiters("\n\n", 0)) {
            int length = part.getBytes(UTF_8).length;
            bytes += length + Integer.toHexString(length).length() + 4;
        }
        return bytes;
    }
}
