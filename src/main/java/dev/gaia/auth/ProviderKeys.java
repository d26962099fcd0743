package dev.gaia.auth;

import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.OutageTolerantJWKSetSource;
import com.nimbusds.jose.jwk.source.RefreshAheadCachingJWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The public keys of the identity provider, by {@code kid}: kept in memory and read again in the background; when that
 * fails the last ones serve for a bounded time; a key that is not there is looked for once in each pause.
 */
final class ProviderKeys implements AutoCloseable {

    private final Optional<JWKSetBasedJWKSource<SecurityContext>> source;

    private ProviderKeys(Optional<JWKSetBasedJWKSource<SecurityContext>> source) {
        this.source = source;
    }

    /** A provider without keys: no token but those of the shared secret is good. */
    static ProviderKeys none() {
        return new ProviderKeys(Optional.empty());
    }

    /**
     * The keys of a set that may be away.
     *
     * @param pause shortest time between two looks at the set
     */
    static ProviderKeys of(JWKSetSource<SecurityContext> set, JwksSettings settings, Duration pause) {
        long wait = settings.timeout().toMillis();
        var tolerant = new OutageTolerantJWKSetSource<>(
                new OneLookPerPause(set, pause), settings.staleMax().toMillis(), null);
        // The cache reads ahead by the wait, and again by the wait before that: so it reads when `refresh` is over.
        var cached = new RefreshAheadCachingJWKSetSource<>(
                tolerant, settings.refresh().toMillis() + 2 * wait, wait, wait, true, null);
        return new ProviderKeys(Optional.of(new JWKSetBasedJWKSource<>(cached)));
    }

    Optional<JWKSource<SecurityContext>> source() {
        return source.map(keys -> keys);
    }

    @Override
    public void close() {
        source.ifPresent(keys -> {
            try {
                keys.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
