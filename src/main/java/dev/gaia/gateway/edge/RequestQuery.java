package dev.gaia.gateway.edge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The query of a request target: form-decoded, the last value of a repeated key, reserved names left out. */
final class RequestQuery {

    private static final int MAX_PARAMETERS = 256;

    private RequestQuery() {}

    /**
     * Reads a query.
     *
     * @param raw the target after its question mark; may be empty
     * @return the parameters in their order; empty when it is not a query: wrong escapes, wrong UTF-8, control
     *     characters, more than 256 parameters
     */
    static Optional<Map<String, String>> parse(String raw) {
        if (raw.isEmpty()) {
            return Optional.of(Map.of());
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        String[] pairs = raw.split("&", MAX_PARAMETERS + 1);
        if (pairs.length > MAX_PARAMETERS) {
            return Optional.empty();
        }
        for (String pair : pairs) {
            int equals = pair.indexOf('=');
            Optional<String> name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            Optional<String> value = decoded(equals < 0 ? "" : pair.substring(equals + 1));
            if (name.isEmpty() || value.isEmpty()) {
                return Optional.empty();
            }
            if (!name.get().isEmpty() && !ReservedNames.reserved(name.get())) {
                parameters.put(name.get(), value.get());
            }
        }
        return Optional.of(parameters);
    }

    private static Optional<String> decoded(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int value = c == '+' ? ' ' : c;
            if (c == '%') {
                if (i + 2 >= text.length()
                        || !HexFormat.isHexDigit(text.charAt(i + 1))
                        || !HexFormat.isHexDigit(text.charAt(i + 2))) {
                    return Optional.empty();
                }
                value = HexFormat.fromHexDigits(text, i + 1, i + 3);
                i += 2;
            } else if (c > 0x7f) {
                return Optional.empty();
            }
            if (value == 0x7f || (value < ' ' && value != '\t' && value != '\n' && value != '\r')) {
                return Optional.empty();
            }
            bytes.put((byte) value);
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
