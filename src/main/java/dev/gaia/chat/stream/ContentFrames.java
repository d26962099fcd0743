package dev.gaia.chat.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Cuts a model's text into the content frames of a surface; one instance per stream. */
interface ContentFrames {

    /** Frames that are ready now that this text arrived, as bytes of server-sent events; may be none. */
    List<byte[]> add(String text);

    /** Frames that tell of a tool that ran: {@code {"tool","result"}} or {@code {"tool","error"}}; none by default. */
    default List<byte[]> tool(JsonNode run) {
        return List.of();
    }

    /** Another model goes on with the text, which the frames that follow name where they name one. */
    default void resumed(String provider, String model) {
        // Most frames name nobody.
    }

    /** What is left, when no more text comes. */
    List<byte[]> finish();
}
