package dev.gaia.drill;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the drill's provider answers one request.
 *
 * @param status HTTP status; anything but 200 is answered with {@code body}
 * @param body document of a status that is not 200, or in place of the answer when not empty
 * @param code the provider's error code in that document
 * @param fault how an answer goes wrong
 * @param after pieces of text sent before it does
 * @param firstDelayMillis from the head to the first piece
 * @param paceMillis between two pieces
 */
record Play(
        int status,
        Map<String, String> headers,
        String body,
        String code,
        Fault fault,
        int after,
        long firstDelayMillis,
        long paceMillis) {

    /** How an answer goes wrong, on the wire. */
    enum Fault {
        NONE,
        /** Connection reset before a byte of the answer. */
        RESET_BEFORE,
        /** Connection closed before a byte of the answer. */
        CLOSE_BEFORE,
        /** Not a byte, for ever. */
        SILENCE,
        /** The head, then nothing. */
        HEAD_ONLY,
        /** Closed without the last chunk, or before the promised length. */
        CUT,
        /** The recorded events in {@code body}, closed after so many bytes instead of pieces. */
        CUT_BYTES,
        /** Reset in the middle. */
        RESET,
        /** Proper end of the body, no finish reason. */
        NO_FINISH,
        /** Open and silent in the middle. */
        STALL,
        /** As STALL, with comments or pings every so often. */
        PINGED_STALL,
        /** One event, or the document, is no JSON; the rest is good. */
        MALFORMED,
        /** Three events are no JSON, as many as may be left out. */
        MALFORMED_THRICE,
        /** Four events are no JSON. */
        MALFORMED_MUCH,
        /** Finish reason and end of the body, no end mark. */
        NO_MARK,
        /** Finish reason, no end mark, connection open. */
        NO_MARK_OPEN,
        /** An error event of an overloaded provider. */
        ERROR_EVENT,
        /** Ends with the finish reason of a content filter. */
        REFUSED,
        /** Two endings, and text after the first. */
        TWICE,
        /** An error event after the finish reason. */
        ERROR_AFTER_ENDING,
        /** Characters and events are divided anywhere. */
        DIVIDED,
        /** Word after word without end. */
        ENDLESS_TEXT,
        /** A line without end. */
        ENDLESS,
        /** More text than anybody holds, or that many large pieces, as fast as they are taken. */
        FLOOD,
        /** A compressed document. */
        COMPRESSED,
        /** A compressed stream, which nobody may ask for. */
        COMPRESSED_STREAM,
        /** A compressed document, damaged. */
        COMPRESSED_BADLY,
        /** A few bytes that decompress to very many. */
        COMPRESSED_MUCH,
        /** Interim answers before the answer. */
        INTERIM,
        /** A byte order mark, and carriage returns for line ends. */
        MARKED,
        /** Two events with half a character each, and one with a byte that is none. */
        HALVES,
        /** A document without choices or content. */
        SHAPELESS,
        /** Half of a tool call, then cut. */
        TOOL_CUT,
        /** The other form: a document for a stream, a stream for a document. */
        WRONG_FORM,
        /** A web page with status 200. */
        WEB_PAGE,
        /** Finished without a word. */
        EMPTY,
        /** Refuses an assistant's last entry, else goes on. */
        NO_PREFILL
    }

    static Play well() {
        return new Play(200, Map.of(), "", "", Fault.NONE, 0, 0, 0);
    }

    static Play status(int status) {
        return new Play(status, Map.of(), "", "", Fault.NONE, 0, 0, 0);
    }

    static Play fault(Fault fault, int after) {
        return new Play(200, Map.of(), "", "", fault, after, 0, 0);
    }

    /** A recorded stream, whole events, that is closed after so many bytes of the transfer. */
    static Play cut(String events, int bytes) {
        return new Play(200, Map.of(), events, "", Fault.CUT_BYTES, bytes, 0, 0);
    }

    Play code(String newCode) {
        return new Play(status, headers, body, newCode, fault, after, firstDelayMillis, paceMillis);
    }

    Play body(String newBody) {
        return new Play(status, headers, newBody, code, fault, after, firstDelayMillis, paceMillis);
    }

    Play header(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Play(status, more, body, code, fault, after, firstDelayMillis, paceMillis);
    }

    Play pace(long firstDelay, long pace) {
        return new Play(status, headers, body, code, fault, after, firstDelay, pace);
    }
}
