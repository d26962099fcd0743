package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

    private final RequestIds ids = new RequestIds();

    @ParameterizedTest
    @ValueSource(strings = {"a", "Client-7_x.2"})
    void keepsAHarmlessProposal(String proposed) {
        assertThat(ids.choose(proposed)).isEqualTo(proposed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\r\nx-evil: 1", "ä", "<script>"})
    void replacesAnyOther(String proposed) {
        assertThat(ids.choose(proposed)).matches("[0-9a-f]{10}-[0-9a-z]{7}");
    }

    @Test
    void takesNoMoreThanSixtyFourCharacters() {
        assertThat(ids.choose("x".repeat(64))).hasSize(64).startsWith("xx");
        assertThat(ids.choose("x".repeat(65))).doesNotContain("xx");
    }

    @Test
    void makesIdsThatSortAsTheyWereMade() {
        var made = IntStream.range(0, 2_000).mapToObj(i -> ids.choose("")).toList();

        assertThat(made).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void hasAPrefixOfItsOwnInEachProcess() {
        assertThat(ids.choose("").substring(0, 10))
                .isNotEqualTo(new RequestIds().choose("").substring(0, 10));
    }
}
