package dev.gaia.gateway.edge;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The one normal form of a path, used for every decision and for the dispatch alike: decoded once, without a trailing
 * slash. A path that another program could read differently has no normal form and so reaches no operation.
 */
final class RequestPath {

    private static final String REFUSED = ";\\\"<>^`{|}#";

    private RequestPath() {}

    /**
     * Brings the path of a request target into its normal form.
     *
     * @param raw the target up to, and without, its question mark
     * @return empty for anything ambiguous: {@code //}, dot segments, {@code ;}, backslashes, control characters,
     *     encoded slashes, dots, percent signs or semicolons, wrong percent escapes, wrong UTF-8
     */
    static Optional<String> normal(String raw) {
        if (raw.isEmpty() || raw.charAt(0) != '/') {
            return Optional.empty();
        }
        boolean escaped = false;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c >= 0x7f || REFUSED.indexOf(c) >= 0) {
                return Optional.empty();
            }
            escaped |= c == '%';
        }
        if (raw.contains("//") || hasDotSegment(raw)) {
            return Optional.empty();
        }
        return (escaped ? decoded(raw) : Optional.of(raw)).map(RequestPath::withoutTrailingSlash);
    }

    private static boolean hasDotSegment(String path) {
        int start = path.indexOf("/.");
        while (start >= 0) {
            int end = path.indexOf('/', start + 1);
            String segment = path.substring(start + 1, end < 0 ? path.length() : end);
            if (".".equals(segment) || "..".equals(segment)) {
                return true;
            }
            start = path.indexOf("/.", start + 1);
        }
        return false;
    }

    private static Optional<String> decoded(String raw) {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '%') {
                bytes.put((byte) c);
                continue;
            }
            if (i + 2 >= raw.length()
                    || !HexFormat.isHexDigit(raw.charAt(i + 1))
                    || !HexFormat.isHexDigit(raw.charAt(i + 2))) {
                return Optional.empty();
            }
            int value = HexFormat.fromHexDigits(raw, i + 1, i + 3);
            if (value < ' ' || value == 0x7f || "/.%;\\".indexOf(value) >= 0) {
                return Optional.empty();
            }
            bytes.put((byte) value);
            i += 2;
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static String withoutTrailingSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
