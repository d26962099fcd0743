package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HalvesTest {

    private static final Pattern UNIT = Pattern.compile("u\\+([0-9a-f]{4})");

    private final Halves halves = new Halves();

    /** Two pieces; what is handed on after the first one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Hi:u+d83d|u+de42!|Hi:",
                "Hi u+d83du+dc69u+200d|u+d83du+de80!|Hi u+d83du+dc69",
                "Hi:u+d83cu+ddef|u+d83cu+ddf5!|Hi:",
                "u+d83cu+ddefu+d83cu+ddf5u+d83cu+dde9|u+d83cu+ddea!|u+d83cu+ddefu+d83cu+ddf5",
                "u+d83cu+ddefu+d83c|u+ddf5!|u+d83cu+ddef",
            })
    void keepsBackWhatIsNoCharacterWithoutTheNextPiece(String first, String second, String handedOn) {
        assertThat(halves.passes(read(first))).isFalse();
        assertThat(halves.offer(read(first))).isEqualTo(read(handedOn));
        assertThat(halves.passes("more")).isFalse();
        assertThat(read(handedOn) + halves.offer(read(second))).isEqualTo(read(first + second));
        assertThat(halves.release()).isEmpty();
    }

    /** Accents, selectors and colours of skin belong to what went before, which was text without them. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "eu+0301", "u+2764u+fe0f", "u+d83du+dc4du+d83cu+dffd", "u+0939u+093f", ""})
    void letsPassWhatIsTextAlready(String piece) {
        assertThat(halves.passes(read(piece))).isTrue();
        assertThat(halves.offer(read(piece))).isEqualTo(read(piece));
        assertThat(halves.release()).isEmpty();
    }

    @Test
    void waitsNoLongerThanForTheNextPiece() {
        assertThat(halves.offer("a\u200D")).isEqualTo("a");
        assertThat(halves.offer("b")).isEqualTo("\u200Db");
        assertThat(halves.offer("\uD83D")).isEmpty();
        assertThat(halves.offer("b")).isEqualTo("\uFFFDb");
    }

    @Test
    void handsOnWhatWasKeptBackWhenNothingFollows() {
        halves.offer("\uD83C\uDDEF");
        assertThat(halves.release()).isEqualTo("\uD83C\uDDEF");
        halves.offer("\uD83D");
        assertThat(halves.release()).isEqualTo("\uFFFD");
        halves.offer("\uD83D");
        halves.drop();
        assertThat(halves.release()).isEmpty();
    }

    @Test
    void losesNothingWhereverATextIsDivided() {
        var text = "Grüße 🙂👩‍🚀🇯🇵🇩🇪, e\u0301";
        List<String> texts = new ArrayList<>();
        for (int i = 0; i <= text.length(); i++) {
            texts.add(halves.offer(text.substring(0, i)) + halves.offer(text.substring(i)) + halves.release());
        }
        assertThat(texts).containsOnly(text);
    }

    /** Nobody goes on with thoughts or arguments, so that pictures in them need not be whole. */
    @Test
    void keepsBackOnlyHalvesOfCharactersOfWhatIsNoText() {
        var others = new OtherHalves();
        var thought = JsonNodeFactory.instance.objectNode().put("reasoning", "🙂\u200D");
        var first = JsonNodeFactory.instance.objectNode().put("reasoning", "a\uD83D");
        var refusal = JsonNodeFactory.instance.objectNode().put("refusal", "No.\uD83D");

        assertThat(others.offer(thought)).isSameAs(thought);
        assertThat(others.offer(first).path("reasoning").asText()).isEqualTo("a");
        assertThat(others.offer(refusal).path("refusal").asText()).isEqualTo("No.");
        assertThat(others.offer(JsonNodeFactory.instance.objectNode().put("reasoning", "\uDE42"))
                        .path("reasoning")
                        .asText())
                .isEqualTo("🙂");
        others.drop();
        assertThat(others.offer(JsonNodeFactory.instance.objectNode().put("refusal", "b"))
                        .path("refusal")
                        .asText())
                .isEqualTo("b");
    }

    private static String read(String escaped) {
        return UNIT.matcher(escaped).replaceAll(unit -> String.valueOf((char) Integer.parseInt(unit.group(1), 16)));
    }
}
