package dev.gaia.chat.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseParserTest {

    private static final int LIMIT = 1_000;
    private static final String STREAM = """
            : comment
            event: greeting
            data: {"text":"Grüße"}

            data:{"text":"🎈 ohne Leerzeichen"}
            id: 7

            retry: 10
            datax: not data
            data
            data: after an empty line

            data: two
            data: lines

            """;
    private static final List<String> EVENTS = List.of(
            "{\"text\":\"Grüße\"}", "{\"text\":\"🎈 ohne Leerzeichen\"}", "\nafter an empty line", "two\nlines");

    private final List<String> events = new ArrayList<>();
    private final SseParser parser = new SseParser(LIMIT);

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void readsEveryLineEndCutAnywhere(String lineEnd) throws IOException {
        byte[] bytes = STREAM.replace("\n", lineEnd).getBytes(UTF_8);
        var random = new Random(42);
        for (int round = 0; round < 500; round++) {
            events.clear();
            var cut = new SseParser(LIMIT);
            int from = 0;
            while (from < bytes.length) {
                int to = Math.min(bytes.length, from + random.nextInt(1, 12));
                read(cut, Arrays.copyOfRange(bytes, from, to));
                from = to;
            }
            assertThat(events).isEqualTo(EVENTS);
        }
    }

    @Test
    void readsLineAfterLineOfManyPieces() throws IOException {
        for (var piece :
                List.of("data: o", "ne\ndata: tw", "o\n", "data: three\n", "\ndata: four\n\nda", "ta: five\n\n")) {
            read(parser, piece.getBytes(UTF_8));
        }

        assertThat(events).containsExactly("one\ntwo\nthree", "four", "five");
    }

    @Test
    void handsOnWhatCameBeforeTooMuch() {
        var bytes = ("data: good\n\ndata: " + "x".repeat(LIMIT)).getBytes(UTF_8);

        assertThatThrownBy(() -> read(parser, bytes)).isInstanceOf(IOException.class);
        assertThat(events).containsExactly("good");
    }

    private void read(SseParser from, byte[] bytes) throws IOException {
        from.feed(bytes);
        for (var event = from.next(); event.isPresent(); event = from.next()) {
            events.add(UTF_8.decode(event.get()).toString());
        }
    }

    @Test
    void skipsByteOrderMark() throws IOException {
        read(parser, "\uFEFFdata: first\n\n".getBytes(UTF_8));

        assertThat(events).containsExactly("first");
    }

    @Test
    void doesNotHandOnWhatTheEndCutsOff() throws IOException {
        read(parser, "data: whole\n\ndata: half".getBytes(UTF_8));

        assertThat(events).containsExactly("whole");
    }

    @Test
    void doesNotHandOnEventsWithoutData() throws IOException {
        read(parser, "event: ping\n\n: comment\n\ndata:\n\n".getBytes(UTF_8));

        assertThat(events).isEmpty();
    }

    @Test
    void refusesAnEventLargerThanAllowed() {
        var tooLong = ("data: " + "x".repeat(LIMIT)).getBytes(UTF_8);

        assertThatThrownBy(() -> read(parser, tooLong)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesManyLinesThatAreTooLargeTogether() {
        var lines = ("data: " + "x".repeat(LIMIT / 2) + "\n").repeat(3).getBytes(UTF_8);

        assertThatThrownBy(() -> read(parser, lines)).isInstanceOf(IOException.class);
    }
}
