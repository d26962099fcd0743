package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class KeyDirectoryTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final CredentialDigest ONE = CredentialDigest.of("one");
    private static final CredentialDigest OTHER = CredentialDigest.of("other");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InstantSource clock = now::get;
    private final KeyDirectory directory = new KeyDirectory(3, Duration.ofSeconds(15), clock);

    @Test
    void knowsNothingBeforeTheFirstReading() {
        assertThat(directory.lists(ONE)).isFalse();
        assertThat(directory.knowsAll()).isFalse();
    }

    @Test
    void listsWhatWasRead() {
        directory.read(hex(ONE));

        assertThat(directory.lists(ONE)).isTrue();
        assertThat(directory.lists(OTHER)).isFalse();
        assertThat(directory.knowsAll()).isTrue();
    }

    @Test
    void knowsNotAllWhenTheTableIsLarger() {
        directory.read(hex(ONE) + hex(OTHER) + hex(CredentialDigest.of("third")));

        assertThat(directory.lists(OTHER)).isTrue();
        assertThat(directory.knowsAll()).isFalse();
    }

    @Test
    void knowsNotAllWhenTheReadingIsOld() {
        directory.read(hex(ONE));

        now.set(START.plusSeconds(15));

        assertThat(directory.knowsAll()).isFalse();
        assertThat(directory.lists(ONE)).isTrue();
    }

    @Test
    void keepsWhatItWasToldBeyondAReadingThatBeganBefore() {
        directory.add(ONE.fingerprint());

        directory.read("");
        assertThat(directory.lists(ONE)).isTrue();

        directory.read("");
        assertThat(directory.lists(ONE)).isFalse();
    }

    @Test
    void takesBackWhatItWasTold() {
        directory.add(ONE.fingerprint());
        directory.read("");

        directory.remove(ONE.fingerprint());

        assertThat(directory.lists(ONE)).isFalse();
    }

    @Test
    void isBounded() {
        for (int i = 0; i < 10; i++) {
            directory.add(i);
        }

        assertThat(directory.lists(new CredentialDigest(2, 0, 0, 0))).isTrue();
        assertThat(directory.lists(new CredentialDigest(3, 0, 0, 0))).isFalse();
    }

    private static String hex(CredentialDigest digest) {
        return digest.hex().substring(0, 16);
    }
}
