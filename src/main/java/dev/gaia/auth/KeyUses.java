package dev.gaia.auth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;

/**
 * When keys were used, collected until the route {@code auth-key-used} writes all of them in one statement. A key is
 * noted once in a while only, so that a busy one costs a look into memory.
 */
final class KeyUses {

    private static final String TAKEN = "gaiaKeyUses";

    private final int maxEntries;
    private final InstantSource clock;
    private final Cache<CredentialDigest, Boolean> notedOfLate;
    private final Map<CredentialDigest, Instant> waiting = new ConcurrentHashMap<>();

    KeyUses(KeySettings settings, InstantSource clock) {
        this.maxEntries = settings.usedMaxEntries();
        this.clock = clock;
        this.notedOfLate = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(settings.usedMaxEntries())
                .expireAfterWrite(settings.usedPrecision())
                .build();
    }

    /** Step that notes the use of the key in {@code keyDigest} when it named a caller. */
    void noteUse(Exchange exchange) {
        if (exchange.getVariable(CredentialVariables.CALLER) == null) {
            return;
        }
        var digest = exchange.getVariable(CredentialVariables.KEY_DIGEST, CredentialDigest.class);
        if (notedOfLate.getIfPresent(digest) == null) {
            notedOfLate.put(digest, Boolean.TRUE);
            note(digest, clock.instant());
        }
    }

    private void note(CredentialDigest digest, Instant time) {
        if (waiting.size() < maxEntries) {
            waiting.merge(digest, time, (one, other) -> one.isAfter(other) ? one : other);
        }
    }

    /** True while there is something to write. */
    boolean anyWaiting() {
        return !waiting.isEmpty();
    }

    /** Step that leaves in {@code keyUses} what waits, as a JSON list of {@code key_hash} and {@code used_at}. */
    void takeUses(Exchange exchange) {
        var taken = new HashMap<CredentialDigest, Instant>();
        for (CredentialDigest digest : List.copyOf(waiting.keySet())) {
            Instant time = waiting.remove(digest);
            if (time != null) {
                taken.put(digest, time);
            }
        }
        var list = JsonNodeFactory.instance.arrayNode();
        taken.forEach((digest, time) ->
                list.addObject().put("key_hash", digest.hex()).put("used_at", time.toEpochMilli() / 1e3));
        exchange.setProperty(TAKEN, taken);
        exchange.setVariable("keyUses", list.toString());
    }

    /** Step that keeps for another time what could not be written. */
    void returnUses(Exchange exchange) {
        Map<?, ?> taken = exchange.getProperty(TAKEN, Map.of(), Map.class);
        taken.forEach((digest, time) -> note((CredentialDigest) digest, (Instant) time));
    }
}
