package dev.gaia.link;

import dev.gaia.embedded.EmbeddedNats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.util.FileSystemUtils;

/**
 * The sides of one test, closed after it, the last first. Between them is one nats-server for all tests of the run; it
 * starts with the first test that asks for it. A test that ends its server starts one of its own. Where none is installed
 * the tests are skipped.
 */
final class LinkSides implements BeforeEachCallback, AfterEachCallback {

    private final List<LinkSide> open = new ArrayList<>();
    private ExtensionContext.Store run;

    /** A side at the server of the run, with the routes that answer failures. */
    LinkSide side() throws Exception {
        return side(LinkSide.SETTINGS);
    }

    LinkSide side(LinkSettings settings) throws Exception {
        return side(url(), settings);
    }

    LinkSide side(String url, LinkSettings settings) throws Exception {
        var side = new LinkSide(url, settings);
        open.add(side);
        return side.route("error/nats-edge-errors.camel.yaml").route("error/segment-errors.camel.yaml");
    }

    /** Where the server of the run listens. */
    String url() {
        return run.getOrComputeIfAbsent(Server.class).nats.url();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        run = context.getRoot().getStore(ExtensionContext.Namespace.create(LinkSides.class));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        open.reversed().forEach(LinkSide::close);
    }

    private static final class Server implements ExtensionContext.Store.CloseableResource {

        private final Path store = Files.createTempDirectory("gaia-link");
        private final EmbeddedNats nats = EmbeddedNats.start(store);

        Server() throws IOException {}

        @Override
        public void close() throws IOException {
            nats.close();
            FileSystemUtils.deleteRecursively(store);
        }
    }
}
