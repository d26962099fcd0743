package dev.gaia.link;

import io.nats.client.impl.Headers;
import java.util.Optional;

/**
 * The head of an answer, and its body when it is a plain one.
 *
 * @param headers of the message that carried the head
 * @param body empty for a stream
 * @param stream the pieces of a streamed answer; the caller must close it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
record LinkAnswer(Headers headers, byte[] body, Optional<PieceStream> stream) {}
