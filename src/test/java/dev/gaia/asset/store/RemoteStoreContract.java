package dev.gaia.asset.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store does that is reached over the network: links of its own, and what happens when it does not answer. */
abstract class RemoteStoreContract extends ObjectStoreContract {

    /** A store like the one under test at another address, which gives up after this long. */
    abstract ObjectStore at(String address, Duration limit);

    @Test
    void signsLinksThatTellTypeAndAge() throws Exception {
        List<ObjectPath> paths = Arrays.asList(path("generated/image"), path("previews"));
        for (ObjectPath path : paths) {
            store().put(path, "image/png", text("behind " + path));
        }

        var links = store().signedLinks(paths, Duration.ofHours(1));

        for (ObjectPath path : paths) {
            var answer = fetch(links.get(path));
            assertThat(answer.statusCode()).as(links.get(path)).isEqualTo(200);
            assertThat(answer.body()).asString().isEqualTo("behind " + path);
            assertThat(answer.headers().firstValue("content-type")).contains("image/png");
            assertThat(answer.headers().firstValue("cache-control").orElse("")).contains("max-age=3600");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 500, 503})
    void saysThatItWasRefusedAndKeepsNothing(int status) throws Exception {
        HttpServer refusing = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        refusing.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(status, -1);
            }
        });
        refusing.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        refusing.start();
        try {
            ObjectStore store = at("http://localhost:" + refusing.getAddress().getPort(), Duration.ofSeconds(20));
            ObjectPath path = path("generated/image");

            assertThatThrownBy(() -> store.put(path, "image/png", text("x")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Integer.toString(status));
            assertThatThrownBy(() -> store.open(path)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> store.delete(path)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> store.walk().next(10)).isInstanceOf(IOException.class);
            assertThat(store.available()).isFalse();
        } finally {
            refusing.stop(0);
        }
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        ObjectStore store = at("http://localhost:1", Duration.ofSeconds(20));

        assertThatThrownBy(() -> store.put(path("previews"), "image/png", text("x")))
                .isInstanceOf(IOException.class);
        assertThat(store.available()).isFalse();
    }

    @Test
    void givesUpOnAServerThatSaysNothing() throws Exception {
        try (var silent = new java.net.ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            ObjectStore store = at("http://localhost:" + silent.getLocalPort(), Duration.ofMillis(300));

            assertThatThrownBy(() -> store.open(path("previews"))).isInstanceOf(IOException.class);
        }
    }
}
