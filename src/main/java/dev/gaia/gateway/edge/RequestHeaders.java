package dev.gaia.gateway.edge;

import io.vertx.core.MultiMap;
import java.util.ArrayList;
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
     * Copies the allowed headers under their configured spelling. A header given several times is the list of its
     * values, as Camel has it, so that a step sees that and need not guess which one was meant.
     *
     * @return false when there are more header lines than the limit
     */
    boolean copy(MultiMap from, Map<String, Object> to) {
        int count = 0;
        for (Map.Entry<String, String> header : from) {
            count++;
            String spelling = spelling(header.getKey());
            if (!spelling.isEmpty()) {
                to.merge(spelling, header.getValue(), RequestHeaders::several);
            }
        }
        return count <= maxCount;
    }

    private static Object several(Object earlier, Object value) {
        List<Object> values = new ArrayList<>(earlier instanceof List<?> list ? list : List.of(earlier));
        values.add(value);
        return List.copyOf(values);
    }

    private String spelling(String name) {
        String known = allowed.get(name);
        return known != null ? known : allowed.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
}
