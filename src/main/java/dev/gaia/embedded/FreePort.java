package dev.gaia.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback ports for servers that cannot say themselves which one they took.
 *
 * <p>They lie below those that systems hand out to outgoing connections (32768 and above on Linux, 49152 on others):
 * one of these might be taken before the server listens, or while it is restarted.
 */
public final class FreePort {

    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 30_000;

    private FreePort() {}

    /** A port at which nobody listens now. */
    public static int find() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // the next one
            }
        }
    }
}
