package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class KnownCallersTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CredentialDigest DIGEST = CredentialDigest.of("credential");
    private static final Caller CALLER = new Caller("user", Caller.Kind.TOKEN, Optional.empty());

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InstantSource clock = now::get;
    private final KnownCallers callers = new KnownCallers(Duration.ofMinutes(15), 100, clock);

    @Test
    void recallsUntilTheTimeIsOver() {
        callers.keep(DIGEST, CALLER, Instant.MAX);

        now.set(START.plus(Duration.ofMinutes(15)).minusMillis(1));
        assertThat(callers.recall(DIGEST)).contains(CALLER);
        now.set(START.plus(Duration.ofMinutes(15)));
        assertThat(callers.recall(DIGEST)).isEmpty();
    }

    @Test
    void neverOutlivesTheCredential() {
        callers.keep(DIGEST, CALLER, START.plusSeconds(3));

        now.set(START.plusMillis(2_999));
        assertThat(callers.recall(DIGEST)).contains(CALLER);
        now.set(START.plusSeconds(3));
        assertThat(callers.recall(DIGEST)).isEmpty();
    }

    @Test
    void knowsNothingOfOtherCredentials() {
        callers.keep(DIGEST, CALLER, Instant.MAX);

        assertThat(callers.recall(CredentialDigest.of("credentiaL"))).isEmpty();
    }

    @Test
    void forgets() {
        callers.keep(DIGEST, CALLER, Instant.MAX);

        callers.forget(DIGEST);

        assertThat(callers.recall(DIGEST)).isEmpty();
    }
}
