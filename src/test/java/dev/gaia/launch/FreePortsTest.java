package dev.gaia.launch;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.StartRefused;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

class FreePortsTest {

    @Test
    void namesThePortInUseAndTheSettingThatMovesIt() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> check("gaia.management.port", Integer.toString(other.getLocalPort())))
                    .isInstanceOf(StartRefused.class)
                    .hasMessage(
                            "Port %d is in use by another program; stop that one, or set `GAIA_MANAGEMENT_PORT` to a free port.",
                            other.getLocalPort());
        }
    }

    @Test
    void acceptsFreePorts() {
        assertThatCode(() -> check("gaia.gateway.port", "0")).doesNotThrowAnyException();
    }

    @Test
    void leavesWhatIsNoPortToTheSettings() {
        assertThatCode(() -> check("gaia.gateway.port", "eighty")).doesNotThrowAnyException();
        assertThatCode(() -> check("gaia.management.port", "off")).doesNotThrowAnyException();
    }

    private static void check(String name, String value) {
        try (var context = new GenericApplicationContext()) {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(new MapPropertySource("test", Map.of(name, value, "gaia.management.host", "127.0.0.1")));
            new FreePorts().initialize(context);
        }
    }
}
