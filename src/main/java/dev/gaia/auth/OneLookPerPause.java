package dev.gaia.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Looks at a key set at most once in each pause, however many tokens name keys that are not in it. Nimbus's own limit
 * allows two. To the caches in front a look that is not allowed is an outage, which they bear.
 */
final class OneLookPerPause implements JWKSetSource<SecurityContext> {

    private final JWKSetSource<SecurityContext> source;
    private final long pauseNanos;
    private final AtomicLong nextNanos = new AtomicLong(System.nanoTime());

    OneLookPerPause(JWKSetSource<SecurityContext> source, Duration pause) {
        this.source = source;
        this.pauseNanos = pause.toNanos();
    }

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, SecurityContext context)
            throws KeySourceException {
        long opening = nextNanos.get();
        long moment = System.nanoTime();
        if (moment - opening < 0 || !nextNanos.compareAndSet(opening, moment + pauseNanos)) {
            throw new JWKSetUnavailableException("looked a moment ago");
        }
        return source.getJWKSet(refresh, now, context);
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
