package dev.gaia.chat.stream;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** Content frames of v0.2 streams, one per piece of text; each carries the text in OpenAI's place too. */
final class TypedContent implements ContentFrames {

    private static final byte[] HEAD = "data: {\"type\":\"content\",\"content\":\"".getBytes(US_ASCII);
    private static final byte[] CHOICE = ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"".getBytes(US_ASCII);
    private static final byte[] TAIL = "\"},\"finish_reason\":null}]}\n\n".getBytes(US_ASCII);

    private byte[] middle;

    TypedContent(String provider, String model) {
        this.middle = middle(provider, model);
    }

    @Override
    public void resumed(String provider, String model) {
        middle = middle(provider, model);
    }

    private static byte[] middle(String provider, String model) {
        return ("\",\"provider\":\"" + quoted(provider) + "\",\"model\":\"" + quoted(model) + "\"").getBytes(UTF_8);
    }

    @Override
    public List<byte[]> add(String text) {
        var words = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        var frame =
                new ByteArrayOutputStream(HEAD.length + middle.length + CHOICE.length + TAIL.length + 2 * words.length);
        frame.writeBytes(HEAD);
        frame.writeBytes(words);
        frame.writeBytes(middle);
        frame.writeBytes(CHOICE);
        frame.writeBytes(words);
        frame.writeBytes(TAIL);
        return List.of(frame.toByteArray());
    }

    @Override
    public List<byte[]> tool(JsonNode run) {
        boolean failed = run.hasNonNull("error");
        var outcome = failed ? "error" : "result";
        var frame = "data: {\"type\":\"" + (failed ? "tool_error" : "tool_use") + "\",\"tool\":\""
                + quoted(run.path("tool").asText()) + "\",\"" + outcome + "\":\""
                + quoted(run.path(outcome).asText())
                + "\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":null}]}\n\n";
        return List.of(frame.getBytes(UTF_8));
    }

    @Override
    public List<byte[]> finish() {
        return List.of();
    }

    private static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }
}
