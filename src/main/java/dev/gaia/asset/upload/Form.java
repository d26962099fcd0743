package dev.gaia.asset.upload;

import dev.gaia.asset.store.Content;
import java.util.Map;
import java.util.Optional;

/**
 * A form of type {@code multipart/form-data}.
 *
 * @param fields the text fields by name; of a repeated one the last
 * @param file the field {@code file}
 */
record Form(Map<String, String> fields, Optional<Part> file) {

    Form {
        fields = Map.copyOf(fields);
    }

    /**
     * An uploaded file.
     *
     * @param name as the client sent it
     * @param file the bytes, in a temporary file
     * @param head the first of them
     * @param sha256 of all of them, in lower-case hex
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
    record Part(String name, Content file, byte[] head, String sha256) {}
}
