package dev.gaia.gateway.edge;

import io.vertx.core.MultiMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lets named client headers through to the exchange and nothing else. An allow rule, because no list of dangerous names
 * stays complete; {@link ReservedNames} cannot even be allowed by configuration.
 */
final class RequestHeaders {

    private final Map<String, String> allowed = new HashMap<>();
    private final int maxCount;

    RequestHeaders(List<String> names, int maxCount) {
        this.maxCount = maxCount;
        for (String name : names) {
            allowed.put(name, name);
            allowed.put(name.toLowerCase(Locale.ROOT), name);
        }
    }

    /**
     * Copies the allowed headers under their configured spelling; the first of several values counts, so that what is
     * checked is what is used.
     *
     * @return false when there are more header lines than the limit
     */
    boolean copy(MultiMap from, Map<String, Object> to) {
        int count = 0;
        for (Map.Entry<String, String> header : from) {
            count++;
            String spelling = spelling(header.getKey());
            if (!spelling.isEmpty()) {
                to.putIfAbsent(spelling, header.getValue());
            }
        }
        return count <= maxCount;
    }

    private String spelling(String name) {
        String known = allowed.get(name);
        return known != null ? known : allowed.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}
