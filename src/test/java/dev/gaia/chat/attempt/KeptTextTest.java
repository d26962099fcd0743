package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeptTextTest {

    private final KeptText text = new KeptText();

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 4_095, 4_096, 4_097, 50_000})
    void isWhatWasAddedInItsOrder(int characters) {
        var expected = new StringBuilder();
        for (int i = 0; expected.length() < 100_000; i++) {
            var piece = Character.toString('a' + i % 26).repeat(characters - 1) + "ß";
            text.append(piece);
            expected.append(piece);
        }

        assertThat(text).hasToString(expected.toString());
        assertThat(text.length()).isEqualTo(expected.length());
        assertThat(text.isEmpty()).isFalse();
    }

    @Test
    void keepsShortAndLongPiecesInTheirOrder() {
        var expected = new StringBuilder();
        for (int characters : new int[] {3, 511, 512, 1, 2_048, 513, 4_095, 2}) {
            var piece = Character.toString('a' + characters % 26).repeat(characters);
            text.append(piece);
            expected.append(piece);
        }

        assertThat(text).hasToString(expected.toString());
        assertThat(text.length()).isEqualTo(expected.length());
    }

    @Test
    void forgets() {
        text.append("x".repeat(10_000));

        text.clear();

        assertThat(text.isEmpty()).isTrue();
        assertThat(text).hasToString("");
    }
}
