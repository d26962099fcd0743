package dev.gaia.identity;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;

/** The named parameters of the next statements of an exchange, which routes write as {@code :?name}. */
final class Parameters {

    private Parameters() {}

    /** Values are text, numbers or truth; they are bound, never written into a statement. */
    static void set(Exchange exchange, String name, Object value) {
        Map<Object, Object> all = new HashMap<>();
        if (exchange.getMessage().getHeader(JdbcConstants.JDBC_PARAMETERS) instanceof Map<?, ?> known) {
            all.putAll(known);
        }
        all.put(name, value);
        exchange.getMessage().setHeader(JdbcConstants.JDBC_PARAMETERS, all);
    }

    static String get(Exchange exchange, String name) {
        return String.valueOf(exchange.getMessage()
                .getHeader(JdbcConstants.JDBC_PARAMETERS, Map.class)
                .get(name));
    }
}
