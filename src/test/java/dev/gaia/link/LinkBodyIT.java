package dev.gaia.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies larger than a message over the link, with a real nats-server: whole, in pieces, and broken off. */
class LinkBodyIT {

    @RegisterExtension
    private final LinkSides sides = new LinkSides();

    @Test
    void carriesBodiesLargerThanAMessage() throws Exception {
        // given
        var segment = sides.side();
        segment.door("test-large", 10, exchange -> {});
        segment.startConnected();
        var gateway = sides.side().startConnected();
        byte[] large = new byte[10 * 1024 * 1024];
        new Random(1).nextBytes(large);

        // when
        var answer = gateway.ask("test-large", large, Map.of());

        // then
        assertThat(answer.getException()).isNull();
        assertThat(answer.getMessage().getBody(byte[].class)).isEqualTo(large);
        Awaitility.await().until(() -> segment.link.open() == 0);
        Awaitility.await().until(() -> gateway.link.open() == 0);
    }

    @Test
    void refusesAWholeAnswerLargerThanMayBeHeld() throws Exception {
        // given
        var segment = sides.side();
        int most = LinkSide.SETTINGS.bodyMaxBytes();
        segment.door("test-huge", 10, exchange -> exchange.getMessage().setBody(new byte[most + 1]));
        segment.startConnected();
        var gateway = sides.side().startConnected();

        // when
        var answer = gateway.ask("test-huge", new byte[0], Map.of());

        // then
        assertThat(answer.getException()).isInstanceOfSatisfying(Failure.class, failure -> {
            assertThat(failure.code()).isEqualTo(FailureCode.GATEWAY_ANSWER_TOO_LARGE);
            assertThat(failure.getMessage()).contains(most + 1 + " bytes", "gaia.link.body-max-bytes");
        });
        Awaitility.await().until(() -> segment.link.open() == 0 && gateway.link.open() == 0);
    }

    @Test
    void handsABodyOnInPiecesWithoutCollectingIt() throws Exception {
        // given a door that reads its body as it comes, larger than anything that may be held
        var segment = sides.side();
        segment.streamedDoor("test-upload", exchange -> {
            var body = exchange.getMessage().getBody(InputStream.class);
            long sum = 0;
            byte[] some = new byte[100_000];
            for (int count = body.read(some); count >= 0; count = body.read(some)) {
                sum += count;
            }
            exchange.getMessage().setBody(body.getClass().getSimpleName() + " " + sum);
        });
        segment.startConnected();
        var gateway = sides.side().startConnected();
        long length = LinkSide.SETTINGS.bodyMaxBytes() + 5_000_000L;

        // when
        var large = gateway.ask("test-upload", new SizedBody(zeroes(length), length));
        var small = gateway.ask("test-upload", new SizedBody(zeroes(10), 10));

        // then
        assertThat(large.getMessage().getBody(String.class)).isEqualTo("PieceReader " + length);
        assertThat(small.getMessage().getBody(String.class)).isEqualTo("ByteArrayInputStream 10");
        Awaitility.await().until(() -> segment.link.open() == 0 && gateway.link.open() == 0);
    }

    @Test
    void stopsSendingABodyThatIsRefused() throws Exception {
        // given
        var segment = sides.side();
        segment.streamedDoor("test-upload", exchange -> {
            exchange.getMessage().getBody(InputStream.class).readNBytes(10);
            throw Failure.of(FailureCode.ASSET_FILE_TOO_LARGE);
        });
        segment.startConnected();
        var gateway = sides.side().startConnected();
        var body = new CountedZeroes(1L << 40);

        // when
        var answer = gateway.ask("test-upload", new SizedBody(body, 1L << 40));

        // then
        assertThat(answer.getException()).isInstanceOf(Failure.class);
        assertThat(body.taken.get()).isLessThan(10_000_000);
        Awaitility.await().until(() -> segment.link.open() == 0 && gateway.link.open() == 0);
    }

    @Test
    void tellsTheSegmentThatABodyIsNotWhole() throws Exception {
        // given
        var segment = sides.side();
        var seen = new CompletableFuture<Exception>();
        segment.streamedDoor("test-upload", exchange -> {
            try {
                exchange.getMessage().getBody(InputStream.class).readAllBytes();
            } catch (IOException e) {
                seen.complete(e);
                throw Failure.of(FailureCode.ASSET_BAD_REQUEST);
            }
        });
        segment.startConnected();
        var gateway = sides.side().startConnected();

        // when
        gateway.ask("test-upload", new SizedBody(zeroes(3_000_000), 4_000_000));

        // then
        assertThat(seen.get(10, TimeUnit.SECONDS)).hasMessageContaining("4000000 were announced");
    }

    private static InputStream zeroes(long length) {
        return new CountedZeroes(length);
    }

    /** Zeroes, and how many were taken. */
    private static final class CountedZeroes extends InputStream {

        private final long length;
        private final AtomicLong taken = new AtomicLong();

        CountedZeroes(long length) {
            this.length = length;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : 0;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) {
            int count = (int) Math.min(wanted, length - taken.get());
            taken.addAndGet(count);
            return count == 0 ? -1 : count;
        }
    }
}
