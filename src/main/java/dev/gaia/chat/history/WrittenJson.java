package dev.gaia.chat.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.SerializableString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * JSON text that is written as it is, kept as bytes alone: Jackson's own class keeps the characters beside them, and
 * dialogues are most of what the memory holds.
 */
final class WrittenJson implements SerializableString {

    private static final int NO_ROOM = -1;

    private final byte[] bytes;

    WrittenJson(String json) {
        bytes = json.getBytes(UTF_8);
    }

    @Override
    public String getValue() {
        return new String(bytes, UTF_8);
    }

    @Override
    public int charLength() {
        return getValue().length();
    }

    @Override
    public byte[] asUnquotedUTF8() {
        return bytes.clone();
    }

    @Override
    public int appendUnquotedUTF8(byte[] buffer, int offset) {
        if (buffer.length - offset < bytes.length) {
            return NO_ROOM;
        }
        System.arraycopy(bytes, 0, buffer, offset, bytes.length);
        return bytes.length;
    }

    @Override
    public int appendUnquoted(char[] buffer, int offset) {
        var characters = getValue();
        if (buffer.length - offset < characters.length()) {
            return NO_ROOM;
        }
        characters.getChars(0, characters.length(), buffer, offset);
        return characters.length();
    }

    @Override
    public int writeUnquotedUTF8(OutputStream out) throws IOException {
        out.write(bytes);
        return bytes.length;
    }

    @Override
    public int putUnquotedUTF8(ByteBuffer buffer) {
        if (buffer.remaining() < bytes.length) {
            return NO_ROOM;
        }
        buffer.put(bytes);
        return bytes.length;
    }

    // --- it is no text within JSON, which would have to be quoted

    @Override
    public char[] asQuotedChars() {
        throw new UnsupportedOperationException("JSON is not quoted");
    }

    @Override
    public byte[] asQuotedUTF8() {
        throw new UnsupportedOperationException("JSON is not quoted");
    }

    @Override
    public int appendQuotedUTF8(byte[] buffer, int offset) {
        throw new UnsupportedOperationException("JSON is not quoted");
    }

    @Override
    public int appendQuoted(char[] buffer, int offset) {
        throw new UnsupportedOperationException("JSON is not quoted");
    }

    @Override
    public int writeQuotedUTF8(OutputStream out) {
        throw new UnsupportedOperationException("JSON is not quoted");
    }

    @Override
    public int putQuotedUTF8(ByteBuffer buffer) {
        throw new UnsupportedOperationException("JSON is not quoted");
    }
}
