package dev.gaia.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.StartRefused;
import org.junit.jupiter.api.Test;

class ServicesTest {

    @Test
    void readsNamesInTheirOwnOrder() {
        assertThat(Services.parse(" chat, gateway").names()).containsExactly("gateway", "chat");
    }

    @Test
    void blankMeansAll() {
        assertThat(Services.parse(" ").names()).containsExactlyElementsOf(Services.ALL);
    }

    @Test
    void refusesUnknownNameInOneSentence() {
        assertThatThrownBy(() -> Services.parse("gateway,chta"))
                .isInstanceOf(StartRefused.class)
                .hasMessage("`gaia.services` names chta, which is no service; it must be one or more of"
                        + " gateway, auth, chat, asset.");
    }
}
