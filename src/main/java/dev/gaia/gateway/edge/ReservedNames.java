package dev.gaia.gateway.edge;

import dev.gaia.link.GaiaHeaders;
import java.util.List;
import java.util.Locale;

/**
 * Names that steer Camel, its components or Gaia when they appear on an exchange. Nothing a client sends may carry one,
 * in whatever case.
 */
final class ReservedNames {

    private static final List<String> PREFIXES =
            List.of("camel", "org.apache.camel", "websocket.", "breadcrumbid", GaiaHeaders.PREFIX);

    private static final List<String> NAMES = List.of("operationname", "operationnamespace");

    private ReservedNames() {}

    static boolean reserved(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return NAMES.contains(lower) || PREFIXES.stream().anyMatch(lower::startsWith);
    }
}
