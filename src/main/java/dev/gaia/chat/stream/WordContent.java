package dev.gaia.chat.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Content frames of v0.3: {@code {"type":"content","content"}}, cut as {@link WholeWords} says. */
final class WordContent implements ContentFrames {

    private static final byte[] HEAD = "data: {\"type\":\"content\",\"content\":\"".getBytes(US_ASCII);
    private static final byte[] TAIL = "\"}\n\n".getBytes(US_ASCII);

    private final WholeWords words = new WholeWords();

    @Override
    public List<byte[]> add(String text) {
        return words.add(text).stream().map(WordContent::frame).toList();
    }

    @Override
    public List<byte[]> finish() {
        return words.finish().stream().map(WordContent::frame).toList();
    }

    private static byte[] frame(String text) {
        var frame = new ByteArrayOutputStream(HEAD.length + text.length() + TAIL.length);
        frame.writeBytes(HEAD);
        frame.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        frame.writeBytes(TAIL);
        return frame.toByteArray();
    }
}
