package dev.gaia.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What processes tell each other about keys that were made, changed or revoked: {@code {"usable":[…],"gone":[…]}}, lists of
 * fingerprints of their digests, 16 hexadecimal digits each, and nothing else. Whoever hears it forgets what it remembers of these keys and looks at
 * the table when one is shown next; so a notice that is lost, repeated or forged makes nobody a caller.
 */
final class KeyNotices {

    private static final Logger LOG = LoggerFactory.getLogger("gaia.auth");

    /** More keys than one change can concern. */
    private static final int KEYS_MAX = 1_000;

    private static final int HEX_DIGITS = 16;
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{16}");

    private final KnownCallers keys;
    private final RefusedKeys refused;
    private final KeyDirectory directory;
    private final ObjectMapper mapper;

    KeyNotices(KnownCallers keys, RefusedKeys refused, KeyDirectory directory, ObjectMapper mapper) {
        this.keys = keys;
        this.refused = refused;
        this.directory = directory;
        this.mapper = mapper;
    }

    /** Step that obeys at once here, and leaves the notice for others in the body: of the keys in {@code keyRows}. */
    void writeNotice(Exchange exchange) {
        var notice = JsonNodeFactory.instance.objectNode();
        var usable = notice.putArray("usable");
        var gone = notice.putArray("gone");
        List<?> rows = exchange.getVariable("keyRows", List.class);
        for (Object each : rows) {
            var row = (Map<?, ?>) each;
            add(row.get("key_hash"), Boolean.TRUE.equals(row.get("usable")) ? usable : gone);
            add(row.get("replaced_hash"), gone);
        }
        obey(fingerprints(usable), fingerprints(gone));
        exchange.getMessage().setBody(notice);
    }

    private static void add(Object hash, ArrayNode list) {
        if (hash instanceof String hex && hex.length() >= HEX_DIGITS) {
            list.add(hex.substring(0, HEX_DIGITS));
        }
    }

    /** Step that obeys a notice, the bytes in the body; what is none is dropped. */
    void obeyNotice(Exchange exchange) {
        try {
            JsonNode notice = mapper.readTree(exchange.getMessage().getBody(byte[].class));
            obey(fingerprints(notice.path("usable")), fingerprints(notice.path("gone")));
        } catch (IOException e) {
            LOG.warn("A notice of changed keys could not be read and was dropped.");
        }
    }

    /** What is no fingerprint is passed over. */
    private static Set<Long> fingerprints(JsonNode list) {
        var fingerprints = new HashSet<Long>();
        for (JsonNode each : list) {
            if (fingerprints.size() < KEYS_MAX
                    && FINGERPRINT.matcher(each.asText()).matches()) {
                fingerprints.add(Long.parseUnsignedLong(each.asText(), 16));
            }
        }
        return fingerprints;
    }

    private void obey(Set<Long> usable, Set<Long> gone) {
        Predicate<CredentialDigest> concerned =
                digest -> usable.contains(digest.fingerprint()) || gone.contains(digest.fingerprint());
        usable.forEach(directory::add);
        gone.forEach(directory::remove);
        keys.forgetIf(concerned);
        refused.forgetIf(concerned);
    }

    /** Step that takes what the table holds, one row with {@code fingerprints}, and forgets keys that are gone. */
    void keepDirectory(Exchange exchange) {
        List<?> rows = exchange.getVariable("keyRows", List.class);
        Object fingerprints = ((Map<?, ?>) rows.getFirst()).get("fingerprints");
        directory.read(fingerprints == null ? "" : fingerprints.toString());
        if (directory.knowsAll()) {
            keys.forgetIf(digest -> !directory.lists(digest));
        }
    }
}
