package dev.gaia.fake.asset;

import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A file in a fake storage. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StorageFile(byte[] bytes, String type, String cacheControl, Instant written) {

    /** Hands out the file, or the part that a {@code Range} of first and last byte names. */
    StorageAnswer answer(Optional<String> range) {
        Map<String, String> headers = new TreeMap<>(Map.of("Content-Type", type, "Cache-Control", cacheControl));
        String part = range.orElse("");
        if (part.startsWith("bytes=")) {
            String[] ends = part.substring(6).split("-", 2);
            int first = Integer.parseInt(ends[0]);
            int last = Math.min(Integer.parseInt(ends[1]), bytes.length - 1);
            headers.put("Content-Range", "bytes " + first + "-" + last + "/" + bytes.length);
            return new StorageAnswer(206, Arrays.copyOfRange(bytes, first, last + 1), headers);
        }
        return new StorageAnswer(200, bytes, headers);
    }
}
