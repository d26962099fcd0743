package dev.gaia.chat.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;

/** Pieces of server-sent events, written by hand because it happens for every token. */
final class SseText {

    private SseText() {}

    static void write(String text, ByteArrayOutputStream target) {
        target.writeBytes(text.getBytes(UTF_8));
    }

    /** The text as a JSON string, quotes included. */
    static void quoted(String text, ByteArrayOutputStream target) {
        target.write('"');
        target.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        target.write('"');
    }

    static String quote(String text) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
