package dev.gaia.asset.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a file.
 *
 * @param first position of its first byte, 0 or more
 * @param last position of its last byte, inclusive, below the size of the file
 */
record ByteRange(long first, long last) {

    private static final Pattern HEADER = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** What a request's {@code Range} asks for. */
    sealed interface Asked {
        /** No range, or one that may be ignored: several ranges, another unit, nonsense. */
        record Whole() implements Asked {}

        record Part(ByteRange range) implements Asked {}

        /** A range that lies behind the end of the file. */
        record Impossible() implements Asked {}
    }

    long length() {
        return last - first + 1;
    }

    /** Reads the header; {@code size} is that of the file. */
    static Asked parse(Optional<String> header, long size) {
        Matcher range = HEADER.matcher(header.orElse("").strip());
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return new Asked.Whole();
        }
        if (range.group(1).isEmpty()) {
            long count = Math.min(Long.parseLong(range.group(2)), size);
            return count == 0 ? new Asked.Impossible() : new Asked.Part(new ByteRange(size - count, size - 1));
        }
        long first = Long.parseLong(range.group(1));
        long last = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
        if (first >= size) {
            return new Asked.Impossible();
        }
        return last < first ? new Asked.Whole() : new Asked.Part(new ByteRange(first, Math.min(last, size - 1)));
    }
}
