package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Both ends of a stream as state machines, without a broker. */
class PieceStreamsTest {

    private static final LinkSettings SETTINGS = new LinkSettings(
            "nats",
            "nats",
            "nats",
            Duration.ofSeconds(2),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            4,
            100,
            50,
            1000,
            Duration.ofSeconds(5));

    private final List<String> said = Collections.synchronizedList(new ArrayList<>());

    private final PieceReader.Sender sender = new PieceReader.Sender() {
        @Override
        public void acknowledge(long piece) {
            said.add("ack " + piece);
        }

        @Override
        public void alive() {
            said.add("beat");
        }

        @Override
        public void cancel(Departure.Reason reason) {
            said.add(Mark.cancel(reason).headers().getFirst(Mark.HEADER));
        }

        @Override
        public void finished() {
            said.add("finished");
        }
    };

    private final PieceReader reader = new PieceReader(SETTINGS, "chat-complete", sender);

    private final PieceWriter writer = new PieceWriter(SETTINGS, new PieceWriter.Receiver() {
        @Override
        public void piece(long number, byte[] bytes) {
            said.add("piece %d %s".formatted(number, new String(bytes, StandardCharsets.UTF_8)));
        }

        @Override
        public void end(long count) {
            said.add("end " + count);
        }

        @Override
        public void broken(String reason) {
            said.add("broken " + reason);
        }

        @Override
        public void alive() {
            said.add("beat");
        }

        @Override
        public void cancelled() {
            said.add("cancelled");
        }
    });

    @Test
    void readerAcknowledgesHalfAWindowAtATime() throws Exception {
        for (int i = 1; i <= 4; i++) {
            reader.piece(i, "x".repeat(20).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(reader.next().orElseThrow()).as("two fit into a piece").hasSize(40);
        assertThat(said).containsExactly("ack 2");
        assertThat(reader.next().orElseThrow()).hasSize(40);
        reader.end(4);
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEmpty();
        assertThat(said).containsExactly("ack 2", "ack 4", "finished");
    }

    @Test
    void readerDeliversWhatCameBeforeAGapAndThenFails() throws Exception {
        reader.piece(1, bytes("one"));
        reader.piece(3, bytes("three"));
        assertThat(reader.next()).contains(bytes("one"));
        assertThatThrownBy(reader::next)
                .isInstanceOf(BrokenStreamException.class)
                .hasMessage("Piece 2 of the answer of chat-complete is missing");
        assertThat(said).containsExactly("cancel given-up", "finished");
    }

    @Test
    void readerFailsOnARepeatedPiece() {
        reader.piece(1, bytes("one"));
        reader.piece(1, bytes("one"));
        assertThatThrownBy(reader::readAllBytes).hasMessage("Piece 1 of the answer of chat-complete came twice");
    }

    @Test
    void readerFailsOnALostEnd() {
        reader.piece(1, bytes("one"));
        reader.end(2);
        assertThatThrownBy(reader::readAllBytes)
                .hasMessage("The answer of chat-complete ended after 2 pieces, but 1 came");
    }

    @Test
    void readerHoldsNoMoreThanItsWindow() {
        for (int i = 1; i <= 5; i++) {
            reader.piece(i, bytes("x"));
        }
        assertThatThrownBy(reader::readAllBytes)
                .hasMessage("The answer of chat-complete came faster than its reader allowed");
    }

    @Test
    void readerHoldsNoMoreBytesThanItsWindow() {
        reader.piece(1, new byte[60]);
        reader.piece(2, new byte[60]);
        assertThatThrownBy(reader::readAllBytes)
                .hasMessage("The answer of chat-complete came faster than its reader allowed");
    }

    @Test
    void readerNoticesSilence() {
        reader.tick(after(2));
        assertThat(said).containsExactly("beat");
        reader.tick(after(6));
        assertThatThrownBy(reader::next).hasMessage("chat-complete fell silent during its answer");
    }

    @Test
    void readerGivesUpWhenNothingMoreComes() throws Exception {
        var result = CompletableFuture.supplyAsync(() -> {
            try {
                return reader.next();
            } catch (Exception e) {
                throw new java.util.concurrent.CompletionException(e);
            }
        });
        Awaitility.await().until(() -> {
            reader.heard();
            reader.tick(after(3));
            return result.isDone();
        });
        assertThatThrownBy(result::get)
                .rootCause()
                .isInstanceOf(BrokenStreamException.class)
                .hasMessage("chat-complete sent nothing more for 2 s");
    }

    @Test
    void readerTellsTheSenderWhenItLeaves() {
        reader.close();
        reader.close();
        assertThat(said).containsExactly("cancel", "finished");
        assertThatThrownBy(reader::next).hasMessage("The answer of chat-complete was given up");
    }

    @Test
    void readerNeedsNoCancelAfterTheEnd() {
        reader.piece(1, bytes("one"));
        reader.end(1);
        reader.close();
        assertThat(said).containsExactly("finished");
    }

    @Test
    void writerNumbersAndCutsPieces() throws Exception {
        assertThat(writer.send(bytes("x".repeat(50) + "y"))).isTrue();
        writer.end();
        assertThat(said).containsExactly("piece 1 " + "x".repeat(50), "piece 2 y", "end 2");
        assertThat(writer.send(bytes("late"))).isFalse();
    }

    @Test
    void writerWaitsForTheReader() throws Exception {
        var sending = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 6; i++) {
                    writer.send(bytes("x"));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Awaitility.await().until(() -> said.size() == 4);
        assertThat(sending).isNotDone();
        writer.acknowledge(2);
        sending.get(10, TimeUnit.SECONDS);
        assertThat(said).hasSize(6);
    }

    @Test
    void writerTakesNothingForWhichThereIsNoRoom() throws Exception {
        writer.send(bytes("x".repeat(50) + "y"));
        var room = new FutureTask<>(writer::awaitRoom);
        var waiting = Thread.ofPlatform().start(room);
        Awaitility.await().until(() -> waiting.getState() == Thread.State.WAITING);

        writer.acknowledge(1);

        assertThat(room.get(10, TimeUnit.SECONDS)).isTrue();
        writer.cancel();
        assertThat(writer.awaitRoom()).isFalse();
    }

    @Test
    void writerStopsWhenNobodyReadsOn() throws Exception {
        writer.send(bytes("x"));
        writer.cancel();
        writer.cancel();
        writer.end();
        assertThat(writer.send(bytes("y"))).isFalse();
        assertThat(said).containsExactly("piece 1 x", "cancelled");
    }

    @Test
    void writerStopsWhenTheReaderFallsSilent() throws Exception {
        writer.send(bytes("x"));
        writer.tick(after(2));
        writer.tick(after(6));
        assertThat(said).containsExactly("piece 1 x", "beat", "cancelled");
        assertThat(writer.cancelled()).isTrue();
    }

    @Test
    void writerDistrustsImpossibleAcknowledgements() throws Exception {
        writer.send(bytes("x"));
        writer.acknowledge(2);
        assertThat(said).containsExactly("piece 1 x", "cancelled");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long after(int seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    /** The reader looks, finds nothing and goes to sleep, and just then the end comes. */
    @Test
    @Timeout(60)
    void missesNoEndHoweverCloselyItFollows() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            var stream = new PieceReader(SETTINGS, "chat-complete", sender);
            var feeder = Thread.ofVirtual().start(() -> {
                stream.piece(1, new byte[] {'x'});
                stream.end(1);
            });

            assertThat(stream.next()).isPresent();
            assertThat(stream.next()).isEmpty();
            feeder.join();
        }
    }
}
