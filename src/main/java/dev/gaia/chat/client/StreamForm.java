package dev.gaia.chat.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.provider.ProviderFailure;
import java.io.ByteArrayOutputStream;

/** How one kind of client reads a stream: writes neutral events as bytes of server-sent events. One per stream. */
interface StreamForm {

    /** Adds what an event brings; called for every event, in order. */
    void event(JsonNode event, ByteArrayOutputStream target);

    /** Adds the proper end; {@code reply} is the whole answer in the neutral form, its counts never null. */
    void finish(JsonNode reply, ByteArrayOutputStream target);

    /**
     * Adds the end of a stream that broke.
     *
     * @param failure {@code code} and {@code anthropic_type} of section 8 of the failure contract, {@code message}
     * @param gateway what is known of the call
     */
    void fail(JsonNode failure, JsonNode gateway, ByteArrayOutputStream target);

    /**
     * Looks at a whole answer before its end is added.
     *
     * @throws ProviderFailure when clients of this form could not read it
     */
    default void check(JsonNode reply) throws ProviderFailure {
        // Most forms hand everything on as it is.
    }

    /** What says that the stream is alive. */
    byte[] keepAlive();
}
