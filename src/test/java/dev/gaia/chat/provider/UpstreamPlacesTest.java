package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many requests one provider is sent at a time (failures F30). */
class UpstreamPlacesTest {

    private static final long MOMENT = Duration.ofMillis(1).toNanos();
    private static final long PATIENT = Duration.ofSeconds(30).toNanos();
    private static final boolean STREAM = true;
    private static final boolean WHOLE = false;

    @Test
    void boundsStreamsByTheirOwnNumber() throws Exception {
        var places = new UpstreamPlaces(1, 2, 1);
        places.take(STREAM, MOMENT);
        places.take(STREAM, MOMENT);

        assertFull(places, STREAM);
        assertThat(places.taken()).isEqualTo(2);
    }

    @Test
    void leavesWholeAnswersTheirConnectionsWhenAllStreamsAreTaken() throws Exception {
        var places = new UpstreamPlaces(2, 1, 1);
        places.take(STREAM, MOMENT);

        places.take(WHOLE, MOMENT);
        places.take(WHOLE, MOMENT);
        assertFull(places, WHOLE);
        assertFull(places, STREAM);
    }

    @Test
    void takesNothingForARequestThatIsRefused() throws Exception {
        var places = new UpstreamPlaces(1, 1, 1);
        places.take(STREAM, MOMENT);
        assertFull(places, STREAM);
        places.giveBack(STREAM);

        places.take(STREAM, MOMENT);
        assertThat(places.taken()).isOne();
    }

    @Test
    void letsOneWaitUntilAPlaceIsGivenBackAndRefusesTheNextAtOnce() throws Exception {
        var places = new UpstreamPlaces(1, 1, 1);
        places.take(STREAM, MOMENT);
        var waiting = CompletableFuture.runAsync(() -> take(places), Thread::startVirtualThread);
        await().until(() -> places.waiting() == 1);

        assertThatThrownBy(() -> places.take(STREAM, PATIENT))
                .isInstanceOfSatisfying(
                        ProviderFailure.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.LOCAL))
                .hasMessageContaining("too many");
        assertThat(waiting).isNotDone();

        places.giveBack(STREAM);
        assertThatCode(() -> waiting.get(10, TimeUnit.SECONDS)).doesNotThrowAnyException();
        assertThat(places.taken()).isOne();
        assertThat(places.waiting()).isZero();
    }

    private static void take(UpstreamPlaces places) {
        try {
            places.take(STREAM, PATIENT);
        } catch (ProviderFailure | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private static void assertFull(UpstreamPlaces places, boolean stream) {
        assertThatThrownBy(() -> places.take(stream, MOMENT)).isInstanceOfSatisfying(ProviderFailure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(Kind.LOCAL);
            assertThat(failure.details().retryAfter()).contains(Duration.ofSeconds(1));
        });
    }
}
