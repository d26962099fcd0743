package dev.gaia.database;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the database is, in the driver's terms.
 *
 * @param jdbcUrl without credentials, so it may be logged
 * @param user empty when the address names none
 * @param password empty when the address names none
 */
record DatabaseAddress(String jdbcUrl, Optional<String> user, Optional<String> password) {

    /** {@code postgresql+asyncpg://} and the like are what other platforms put into the same variable. */
    private static final Pattern URL =
            Pattern.compile("(?:jdbc:)?postgres(?:ql)?(?:\\+\\w+)?://(?:(?<credentials>.*)@)?"
                    + "(?<hosts>[^/?@]*)(?:/(?<name>[^?]*))?(?:\\?(?<parameters>.*))?");

    /** Names of libpq and of Python drivers, and what the JDBC driver calls them; all others pass unchanged. */
    private static final Map<String, String> DRIVER_NAMES = Map.of(
            "connect_timeout", "connectTimeout",
            "application_name", "ApplicationName",
            "channel_binding", "channelBinding",
            "ssl", "sslmode");

    /**
     * Reads {@code postgresql://user:password@host:port/name?parameters}, its short form {@code postgres://} and JDBC
     * URLs. Percent signs are decoded; several hosts may be given, separated by commas.
     *
     * @throws IllegalArgumentException with one sentence that does not repeat the address, since it holds a password
     */
    static DatabaseAddress parse(String url) {
        Matcher parts = URL.matcher(url.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("`gaia.database.url` is not a database address;"
                    + " it must look like postgresql://user:password@host:5432/name.");
        }
        var parameters = parameters(Optional.ofNullable(parts.group("parameters")));
        String credentials = Optional.ofNullable(parts.group("credentials")).orElse("");
        int colon = credentials.indexOf(':');
        Optional<String> user = present(colon < 0 ? credentials : credentials.substring(0, colon))
                .or(() -> Optional.ofNullable(parameters.get("user")));
        Optional<String> password = present(colon < 0 ? "" : credentials.substring(colon + 1))
                .or(() -> Optional.ofNullable(parameters.get("password")));
        parameters.keySet().removeAll(Set.of("user", "password"));
        String hosts = parts.group("hosts").isEmpty() ? "localhost" : parts.group("hosts");
        String name = Optional.ofNullable(parts.group("name")).orElse("");
        return new DatabaseAddress(
                "jdbc:postgresql://" + hosts + "/" + encode(decode(name)) + query(parameters), user, password);
    }

    private static Map<String, String> parameters(Optional<String> text) {
        var parameters = new LinkedHashMap<String, String>();
        for (String pair : text.orElse("").split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String name = decode(pair.substring(0, equals));
                String value = decode(pair.substring(equals + 1));
                boolean flag = "ssl".equals(name) && ("true".equals(value) || "false".equals(value));
                parameters.put(flag ? name : DRIVER_NAMES.getOrDefault(name, name), value);
            }
        }
        return parameters;
    }

    private static String query(Map<String, String> parameters) {
        var query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.isEmpty() ? '?' : '&')
                .append(encode(name))
                .append('=')
                .append(encode(value)));
        return query.toString();
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(decode(text));
    }

    /** A plus sign is a plus sign here; only forms make it a blank. A stray percent sign stands for itself. */
    private static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return jdbcUrl;
    }
}
