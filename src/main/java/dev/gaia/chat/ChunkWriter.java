package dev.gaia.chat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Writes the chunks of one streamed answer as the OpenAI form has them, as bytes of server-sent events. All chunks
 * have one id; the first carries the role. Written by hand because it runs once per token.
 */
public final class ChunkWriter {

    /** The mark after the last event. */
    public static final byte[] DONE = "data: [DONE]\n\n".getBytes(US_ASCII);

    /** A comment, which readers skip: the stream is alive. */
    public static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(US_ASCII);

    /** A comment: the model stopped, and another one is being looked for. */
    public static final byte[] WAITING = ": waiting\n\n".getBytes(US_ASCII);

    private static final String ERROR_ID = "chatcmpl-error-";
    private static final byte[] ROLE = "\"role\":\"assistant\",".getBytes(US_ASCII);
    private static final byte[] CONTENT = "\"content\":".getBytes(US_ASCII);
    private static final byte[] AFTER_CONTENT = "},\"finish_reason\":null}]}\n\n".getBytes(US_ASCII);

    private final String requestId;
    private final long created;
    private String model;
    private byte[] head;
    private boolean first = true;

    /**
     * @param requestId makes the ids of the chunks
     * @param created Unix seconds
     */
    public ChunkWriter(String requestId, String model, long created) {
        this.requestId = requestId;
        this.model = model;
        this.created = created;
        this.head = head();
    }

    private byte[] head() {
        return (start("chatcmpl-" + requestId) + "\"choices\":[{\"index\":0,\"delta\":{").getBytes(UTF_8);
    }

    /** Adds the chunk that says that another model goes on; from here on chunks name that one. */
    void resume(JsonNode by, ByteArrayOutputStream target) {
        model = by.path("model").asText();
        head = head();
        target.writeBytes(head);
        var gateway = "},\"finish_reason\":null}],\"gateway\":{\"resumed\":true,\"provider\":"
                + quote(by.path("provider").asText()) + ",\"model\":" + quote(model) + "}}\n\n";
        target.writeBytes(gateway.getBytes(UTF_8));
    }

    /** Adds one chunk of text. */
    void content(String text, ByteArrayOutputStream target) {
        target.writeBytes(head);
        if (first) {
            first = false;
            target.writeBytes(ROLE);
        }
        target.writeBytes(CONTENT);
        target.write('"');
        target.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        target.write('"');
        target.writeBytes(AFTER_CONTENT);
    }

    /**
     * Adds the last chunk, without text, and the end mark.
     *
     * @param usage sent as a chunk of its own when the caller asked for it
     * @param simulated whether a demo model made the answer, which every answer of it says
     * @param gateway who really answered
     */
    void finish(
            String finishReason,
            Optional<JsonNode> usage,
            boolean simulated,
            Optional<JsonNode> gateway,
            ByteArrayOutputStream target) {
        target.writeBytes(head);
        var end = "},\"finish_reason\":" + quote(finishReason) + "}]"
                + (simulated ? ",\"_metadata\":{\"simulated\":true}" : "")
                + gateway.map(told -> ",\"gateway\":" + told).orElse("") + "}\n\n";
        target.writeBytes(end.getBytes(UTF_8));
        usage.ifPresent(figures -> target.writeBytes(
                (start("chatcmpl-" + requestId) + "\"choices\":[],\"usage\":" + figures + "}\n\n").getBytes(UTF_8)));
        target.writeBytes(DONE);
    }

    /** The chunk that says that the stream broke, and the end mark. */
    public byte[] failure(String sentence, Optional<JsonNode> gateway) {
        var chunk = start(ERROR_ID + requestId)
                + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"error\"}],"
                + "\"error\":{\"message\":" + quote(sentence) + ",\"type\":\"internal_error\"}"
                + gateway.map(told -> ",\"gateway\":" + told).orElse("") + "}\n\n";
        var target = new ByteArrayOutputStream();
        target.writeBytes(chunk.getBytes(UTF_8));
        target.writeBytes(DONE);
        return target.toByteArray();
    }

    private String start(String id) {
        return "data: {\"id\":" + quote(id) + ",\"object\":\"chat.completion.chunk\",\"created\":" + created
                + ",\"model\":" + quote(model) + ",";
    }

    private static String quote(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}
