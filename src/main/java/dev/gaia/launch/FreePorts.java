package dev.gaia.launch;

import dev.gaia.StartRefused;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;

/**
 * Looks whether the ports this process will listen on are free, before anything is started that would have to be stopped
 * again. Whoever takes a port after that is told by the server that cannot listen.
 */
public final class FreePorts implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        var environment = context.getEnvironment();
        require(environment, "gaia.gateway", "GATEWAY_PORT");
        require(environment, "gaia.management", "GAIA_MANAGEMENT_PORT");
    }

    /** A port that is no number is left to the settings, which say what it must be. */
    private static void require(Environment environment, String area, String variable) {
        String host = environment.getProperty(area + ".host", "0.0.0.0");
        Optional.ofNullable(environment.getProperty(area + ".port"))
                .filter(port -> port.matches("[0-9]{1,5}"))
                .map(Integer::parseInt)
                .filter(port -> port <= 65_535)
                .ifPresent(port -> requireFree(host, port, variable));
    }

    private static void requireFree(String host, int port, String variable) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, port));
        } catch (BindException e) {
            String reason = Optional.ofNullable(e.getMessage()).orElse("");
            if (reason.contains("in use")) {
                throw new StartRefused(
                        "Port %d is in use by another program; stop that one, or set `%s` to a free port."
                                .formatted(port, variable));
            }
            throw refused(host, port, e);
        } catch (IOException | RuntimeException e) {
            throw refused(host, port, e);
        }
    }

    private static StartRefused refused(String host, int port, Exception cause) {
        return new StartRefused("Nothing can listen on %s:%d: %s.".formatted(host, port, cause.getMessage()));
    }
}
