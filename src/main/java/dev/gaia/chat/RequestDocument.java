package dev.gaia.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.io.IOException;
import java.util.List;

/** The JSON object a request brings along, in text that every part of the platform can carry. */
public final class RequestDocument {

    private RequestDocument() {}

    /**
     * Reads a body.
     *
     * @throws Failure with status 422 when it is not one JSON object
     */
    public static JsonNode read(ObjectMapper mapper, byte[] body) {
        try {
            var parsed = mapper.readTree(body == null ? new byte[0] : body);
            if (parsed.isObject()) {
                return PlainText.mayNeedCleaning(body) ? PlainText.clean(parsed) : parsed;
            }
        } catch (IOException e) {
            // answered below, like any other document that is not an object
        }
        throw Failure.invalid(
                FailureCode.CHAT_INVALID_REQUEST,
                List.of(new Issue("json_invalid", List.of("body"), "The body should be a JSON object")));
    }

    /**
     * Refuses a document with faults.
     *
     * @throws Failure with status 422 and the faults that were found
     */
    public static void refuseFaults(CheckFields check) {
        if (!check.issues().isEmpty()) {
            throw Failure.invalid(FailureCode.CHAT_INVALID_REQUEST, check.issues());
        }
    }
}
