package dev.gaia.chat.rescue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stop sequences that straddle the seam (section 11.2 of the failure contract). */
class StopSeamTest {

    private static JsonNode call(String... stops) {
        var call = JsonNodeFactory.instance.objectNode();
        var list = call.putArray("stop");
        Stream.of(stops).forEach(list::add);
        return call;
    }

    /** What is handed on of the pieces, with a stroke where each was given. */
    private static String said(StopSeam seam, String... pieces) {
        var said = new StringBuilder();
        for (var piece : pieces) {
            said.append(seam.offer(piece)).append('|');
        }
        return said.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"er: hi", "e,r,:, hi", "er:", "er,: hi"})
    void endsAtASequenceThatBeganBeforeTheSeam(String pieces) {
        var seam = StopSeam.of(call("END", "\nUser:"), "Hello.\nUs");

        assertThat(said(seam, pieces.split(",")).replace("|", "")).isIn("", " hi");
        assertThat(seam.met()).contains("\nUser:");
        assertThat(seam.watching()).isFalse();
        assertThat(seam.release()).isEmpty();
    }

    @Test
    void holdsTextBackOnlyWhileASequenceMayBecomeComplete() {
        var seam = StopSeam.of(call("\nUser:"), "Hello.\nUs");

        assertThat(said(seam, "e", "d", " to", "\nUser:")).isEqualTo("|ed| to|\nUser:|");
        assertThat(seam.met()).isEmpty();
    }

    @Test
    void handsOnWhatItHeldWhenNothingFollows() {
        var seam = StopSeam.of(call("\nUser:"), "Hello.\nUs");

        assertThat(said(seam, "er")).isEqualTo("|");
        assertThat(seam.release()).isEqualTo("er");
    }

    @Test
    void leavesAloneWhatLiesOnOneSide() {
        var seam = StopSeam.of(call("ab", "cdef"), "xab");

        assertThat(said(seam, "ab", "cdef")).isEqualTo("ab|cdef|");
        assertThat(seam.met()).isEmpty();
    }

    @Test
    void findsNothingWithoutSequences() {
        assertThat(said(StopSeam.of(call(), "Hello"), "a", "b")).isEqualTo("a|b|");
        assertThat(said(StopSeam.of(call(""), "Hello"), "a")).isEqualTo("a|");
        assertThat(StopSeam.of(JsonNodeFactory.instance.objectNode(), "Hello").watching())
                .isFalse();
        assertThat(StopSeam.NONE.watching()).isFalse();
    }
}
