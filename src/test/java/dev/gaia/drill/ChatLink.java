package dev.gaia.drill;

import dev.gaia.embedded.EmbeddedNats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * How gateway and chat are joined in a test: within the process, or by a server of NATS that is the test's own.
 *
 * @param broker empty within the process
 */
record ChatLink(Optional<EmbeddedNats> broker) implements AutoCloseable {

    /**
     * Starts what it needs; without nats-server on the machine the test is left out.
     *
     * @param link {@code direct} or {@code nats}
     */
    static ChatLink start(String link, Path folder) throws IOException {
        if ("direct".equals(link)) {
            return new ChatLink(Optional.empty());
        }
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        return new ChatLink(Optional.of(EmbeddedNats.start(Files.createDirectory(folder.resolve("nats")))));
    }

    /** What a Gaia has to be told of it. */
    Map<String, String> settings() {
        return broker.map(nats -> Map.of("gaia.link.chat", "nats", "gaia.nats.url", nats.url()))
                .orElse(Map.of());
    }

    @Override
    public void close() {
        broker.ifPresent(EmbeddedNats::close);
    }
}
