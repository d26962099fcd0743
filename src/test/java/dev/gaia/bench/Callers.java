package dev.gaia.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Many users with a token each, since Gaia keeps the history of every caller: with one user the bench would measure
 * prompts of fifty messages only.
 */
final class Callers {

    /** The secret that Gaia is started with. */
    static final String SECRET = "bench-secret-bench-secret-bench-secret-0123456789";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final List<String> authorizations;
    private final AtomicInteger next = new AtomicInteger();

    private Callers(List<String> authorizations) {
        this.authorizations = authorizations;
    }

    static Callers mint(int count) {
        long expiry = Instant.now().getEpochSecond() + 3_600;
        return new Callers(IntStream.range(0, count)
                .mapToObj(user -> "Bearer " + token("bench-user-" + user, expiry))
                .toList());
    }

    /** Values of the header {@code Authorization}. */
    List<String> authorizations() {
        return authorizations;
    }

    /** The next caller, the first again after the last. */
    String next() {
        return authorizations.get(Math.floorMod(next.getAndIncrement(), authorizations.size()));
    }

    private static String token(String subject, long expirySeconds) {
        var head = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
        var claims = "{\"sub\":\"%s\",\"aud\":\"authenticated\",\"exp\":%d}".formatted(subject, expirySeconds);
        var signed =
                encode(head.getBytes(StandardCharsets.UTF_8)) + "." + encode(claims.getBytes(StandardCharsets.UTF_8));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HS256 is missing in this JDK", e);
        }
    }

    private static String encode(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }
}
