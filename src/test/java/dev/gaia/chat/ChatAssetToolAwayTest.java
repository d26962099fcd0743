package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.fake.FakeModelProvider;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tool for assets where no asset segment is. */
class ChatAssetToolAwayTest {

    private static FakeModelProvider provider;
    private static ChatSegment segment;

    @BeforeAll
    static void start() {
        provider = FakeModelProvider.start();
        var settings = new HashMap<>(ChatSegment.openAi(provider));
        settings.put("gaia.tools.offer", "assets");
        segment = ChatSegment.start(settings, ChatSegment.away());
    }

    @AfterAll
    static void stop() {
        segment.close();
        provider.close();
    }

    @Test
    void chatsOnWithoutTheAssetSegment() {
        provider.next("fake-calls [{\"name\":\"use_asset_service\",\"arguments\":"
                + "{\"asset_type\":\"image\",\"description\":\"A lamp\"}}]");

        var answer = segment.chat("ann", "{\"message\":\"Hello\",\"provider\":\"openai\"}")
                .json();

        assertThat(answer.path("response").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(provider.requests().getLast().body().path("messages").toString())
                .contains("The asset service is away; go on without it");
    }
}
