package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentIdsTest {

    private final RecentIds ids = new RecentIds();

    private boolean knows(int number) {
        return ids.contains("id-" + number);
    }

    @Test
    void knowsTheLastOnesAndForgetsTheOthers() {
        int all = 5 * RecentIds.GENERATION + 7;
        IntStream.range(0, all).forEach(number -> ids.add("id-" + number));

        assertThat(IntStream.range(all - RecentIds.GENERATION, all).allMatch(this::knows))
                .isTrue();
        assertThat(IntStream.range(0, all - 2 * RecentIds.GENERATION).noneMatch(this::knows))
                .isTrue();
        assertThat(knows(all)).isFalse();
    }
}
