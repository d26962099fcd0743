package dev.gaia.auth;

import dev.gaia.auth.provider.ProviderChoice;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings under {@code gaia.auth}.
 *
 * @param jwtSecret secret of HS256 tokens; without one no token is valid
 * @param jwtIssuer required {@code iss} of tokens; empty means any
 * @param apiKey key that the development user is given at start; empty means none
 * @param supabaseUrl address of the identity provider; empty means none
 * @param supabaseAnonKey key for account calls to it
 * @param tokenCacheTtl how long a verified token is taken without another look, at most until it expires
 * @param keyCacheTtl how long a known API key is taken without another look, at most until it expires
 * @param refusedKeyTtl how long an unknown API key is refused without another look
 * @param cacheMaxEntries tokens, keys and refused keys remembered, each
 * @param debug shown in the status
 */
@ConfigurationProperties("gaia.auth")
public record AuthSettings(
        Optional<String> jwtSecret,
        Optional<String> jwtIssuer,
        Optional<String> apiKey,
        Optional<String> supabaseUrl,
        Optional<String> supabaseAnonKey,
        Duration tokenCacheTtl,
        Duration keyCacheTtl,
        Duration refusedKeyTtl,
        int cacheMaxEntries,
        boolean debug) {

    public AuthSettings {
        jwtSecret = jwtSecret.filter(text -> !text.isBlank());
        jwtIssuer = jwtIssuer.filter(text -> !text.isBlank());
        apiKey = apiKey.filter(text -> !text.isBlank());
        supabaseUrl = supabaseUrl.filter(url -> ProviderChoice.supabase(url).isPresent());
        supabaseAnonKey = supabaseAnonKey.filter(text -> !text.isBlank());
        requirePositive("token-cache-ttl", tokenCacheTtl);
        requirePositive("key-cache-ttl", keyCacheTtl);
        requirePositive("refused-key-ttl", refusedKeyTtl);
        if (cacheMaxEntries < 1) {
            throw new IllegalArgumentException(
                    "`gaia.auth.cache-max-entries` is " + cacheMaxEntries + "; it must be 1 or more.");
        }
    }

    /** True when account calls have somewhere to go. */
    boolean supabaseConfigured() {
        return supabaseUrl.isPresent();
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.auth." + name + "` is " + value.toMillis() + " ms; it must be more than 0.");
        }
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "AuthSettings[tokens=" + jwtSecret.isPresent() + ", supabase=" + supabaseConfigured() + "]";
    }
}
