package dev.gaia.fake;

import java.util.List;

/** A provider's documents and events; every event is complete with its blank line. */
sealed interface Wire permits OpenAiWire, AnthropicWire {

    /** The whole answer as one JSON document. */
    String document(FakeAnswer answer);

    /** What a stream sends before its first piece. */
    List<String> opening(FakeAnswer answer);

    String piece(FakeAnswer answer, String text);

    /** What follows the last piece: tool calls, finish reason, usage, end mark. */
    List<String> closing(FakeAnswer answer);

    /** A line that a client must skip. */
    String keepAlive();

    /** The error inside a stream. */
    String errorEvent();

    /** A data line that is not JSON. */
    String malformedEvent();

    /** The error document of a status. */
    String error(int status, FakeScript script);

    /** The header that carries the provider's id of the request. */
    String requestIdHeader();
}
