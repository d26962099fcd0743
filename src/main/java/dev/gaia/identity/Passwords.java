package dev.gaia.identity;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.DelegatingPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Hashes and checks passwords with Spring Security's encoder, whose hashes name their algorithm. Each costs about 0.1 s
 * of a core, so only some at a time are worked on; who waits too long is told to come again.
 */
final class Passwords {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

    private static final PasswordEncoder ENCODER =
            new DelegatingPasswordEncoder("bcrypt", Map.of("bcrypt", new BCryptPasswordEncoder()));

    private final Semaphore free;

    Passwords(int atATime) {
        this.free = new Semaphore(atATime, true);
    }

    String hash(String password) {
        return limited(() -> ENCODER.encode(password));
    }

    /** @param hash of the account; empty when there is none, which takes as long and is never a match */
    boolean matches(String password, String hash) {
        return limited(() -> ENCODER.matches(password, hash.isEmpty() ? Nobody.HASH : hash)) && !hash.isEmpty();
    }

    /** Compared with when nobody has the address, so that the time tells nobody; made when it is needed first. */
    private static final class Nobody {
        private static final String HASH = ENCODER.encode(Secret.random());
    }

    private <T> T limited(Supplier<T> work) {
        try {
            if (!free.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw TooManyGuesses.refusal();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw TooManyGuesses.refusal();
        }
        try {
            return work.get();
        } finally {
            free.release();
        }
    }
}
