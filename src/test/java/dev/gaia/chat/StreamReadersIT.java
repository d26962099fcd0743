package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stream surfaces as read by what clients use: npm's {@code openai}, {@code ai} and {@code eventsource-parser}. */
class StreamReadersIT {

    private static NodeScripts readers;
    private static ChatHub hub;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        readers = NodeScripts.installed("streams");
        hub = ChatHub.with(Map.of("gaia.chat.keep-alive", "300ms"));
    }

    @AfterAll
    static void stop() {
        if (hub != null) {
            hub.close();
        }
    }

    @Test
    void officialReadersAcceptEveryStream() throws IOException, InterruptedException {
        assertThat(readers.run("readers.mjs", hub.hub().baseUrl(), ChatHub.token(hub.caller())))
                .isEmpty();
    }
}
