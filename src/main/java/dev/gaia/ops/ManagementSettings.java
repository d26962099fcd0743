package dev.gaia.ops;

import java.util.OptionalInt;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where operators look.
 *
 * @param host address to bind; loopback unless a probe comes from elsewhere
 * @param port {@code off}, or 0 to 65535; 0 takes any free one
 */
@ConfigurationProperties("gaia.management")
public record ManagementSettings(
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("8667") String port) {

    public ManagementSettings {
        if (!"off".equalsIgnoreCase(port) && !isPort(port)) {
            throw new IllegalArgumentException(
                    "`gaia.management.port` is %s; it must be off, or between 0 and 65535.".formatted(port));
        }
    }

    /** The port to bind; empty when there is to be none. */
    public OptionalInt listen() {
        return "off".equalsIgnoreCase(port) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port));
    }

    private static boolean isPort(String port) {
        return port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65535;
    }
}
