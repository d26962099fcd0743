package dev.gaia.gateway.edge;

import dev.gaia.link.GaiaHeaders;

/**
 * Names that steer Camel, its components or Gaia when they appear on an exchange. Nothing a client sends may carry one,
 * in whatever case.
 */
final class ReservedNames {

    private static final String[] PREFIXES = {
        "camel", "org.apache.camel", "websocket.", "breadcrumbId", "operationName", GaiaHeaders.PREFIX
    };

    private ReservedNames() {}

    static boolean reserved(String name) {
        int start = 0;
        while (start < name.length() && name.charAt(start) <= ' ') {
            start++;
        }
        for (String prefix : PREFIXES) {
            if (name.regionMatches(true, start, prefix, 0, prefix.length())) {
                return true;
            }
        }
        return false;
    }
}
