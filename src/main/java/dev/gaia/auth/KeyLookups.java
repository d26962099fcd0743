package dev.gaia.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.link.GaiaHeaders;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.Exchange;

/**
 * Decides whether a key is looked up. Requests with the same key share one look-up. A cache of refused keys cannot stop a
 * flood of random ones, since none comes twice; so look-ups of keys nobody has seen yet are limited instead: in a second
 * from one address and from all, and at a time. Those that find a key cost nothing.
 *
 * <p>What a person with a good key meets while a flood goes on: nothing, when the key existed a few seconds ago or was
 * made through Gaia, because the {@link KeyDirectory} lists it. A key written into the table by other means within the
 * last seconds competes with the flood for the look-ups; it may be refused until the directory is read again. Where the
 * directory cannot tell (the table is larger than its bound, or was not readable of late) the answer is that of a store
 * that fails, not a refusal.
 */
final class KeyLookups {

    private static final String LOOKUP = "gaiaKeyLookup";
    private static final int ADDRESSES_MAX = 20_000;
    private static final Duration ADDRESS_MEMORY = Duration.ofSeconds(10);

    /** Longer than the look-up of another request takes when the database is away. */
    private static final Duration SHARED_LIMIT = Duration.ofSeconds(5);

    /** How long a look-up waits for its turn. */
    private static final Duration TURN_LIMIT = Duration.ofSeconds(1);

    private final KeySettings settings;
    private final KeyDirectory directory;
    private final Allowance all;
    private final Cache<String, Allowance> byAddress;
    private final Semaphore inFlight;
    private final Counter refused;
    private final Map<CredentialDigest, CompletableFuture<Outcome>> running = new ConcurrentHashMap<>();

    /** What a look-up found: the owner of a good key, or the verdict on any other. */
    private record Outcome(Optional<Caller> caller, String verdict) {

        static Outcome of(Exchange exchange) {
            return new Outcome(
                    Optional.ofNullable(exchange.getVariable(CredentialVariables.CALLER, Caller.class)),
                    exchange.getVariable(CredentialVariables.KEY_VERDICT, CredentialVariables.FAILING, String.class));
        }

        void tell(Exchange exchange) {
            if (caller.isPresent()) {
                exchange.setVariable(CredentialVariables.CALLER, caller.get());
            } else {
                exchange.setVariable(CredentialVariables.KEY_VERDICT, verdict);
            }
        }
    }

    /**
     * A look-up under way.
     *
     * @param outcome completed when it ends
     * @param address what it was charged to; empty when the directory lists the key
     */
    private record Lookup(CredentialDigest digest, CompletableFuture<Outcome> outcome, Optional<Allowance> address) {}

    KeyLookups(KeySettings settings, KeyDirectory directory, MeterRegistry meters) {
        this.settings = settings;
        this.directory = directory;
        this.all = new Allowance(settings.unknownLookupsMax(), System::nanoTime);
        this.byAddress = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumSize(ADDRESSES_MAX)
                .expireAfterAccess(ADDRESS_MEMORY)
                .build();
        this.inFlight = new Semaphore(settings.unknownLookupsInFlightMax());
        this.refused = Counter.builder("gaia.auth.key.lookups.refused")
                .description("Keys not seen before that were not looked up, because too many of them came")
                .register(meters);
    }

    /** Step that lets the look-up pass, or sets {@code caller} or {@code keyVerdict}. */
    void admitLookup(Exchange exchange) throws InterruptedException {
        var digest = exchange.getVariable(CredentialVariables.KEY_DIGEST, CredentialDigest.class);
        var mine = new CompletableFuture<Outcome>();
        var others = running.putIfAbsent(digest, mine);
        if (others != null) {
            share(exchange, others);
            return;
        }
        boolean admitted = false;
        try {
            if (directory.lists(digest)) {
                exchange.setProperty(LOOKUP, new Lookup(digest, mine, Optional.empty()));
                admitted = true;
            } else {
                admitted = admitUnknown(exchange, digest, mine);
            }
        } finally {
            if (!admitted) {
                refuse(exchange, digest, mine);
            }
        }
    }

    private boolean admitUnknown(Exchange exchange, CredentialDigest digest, CompletableFuture<Outcome> mine)
            throws InterruptedException {
        Allowance address = byAddress.get(address(exchange), any -> allowance());
        if (!address.take()) {
            return false;
        }
        if (!all.take()) {
            address.giveBack();
            return false;
        }
        if (!inFlight.tryAcquire(TURN_LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        exchange.setProperty(LOOKUP, new Lookup(digest, mine, Optional.of(address)));
        return true;
    }

    /** Takes the result of the look-up that another request with this key has under way. */
    private static void share(Exchange exchange, CompletableFuture<Outcome> others) throws InterruptedException {
        try {
            others.get(SHARED_LIMIT.toNanos(), TimeUnit.NANOSECONDS).tell(exchange);
        } catch (ExecutionException | TimeoutException e) {
            exchange.setVariable(CredentialVariables.KEY_VERDICT, CredentialVariables.FAILING);
        }
    }

    /** Step after a look-up that was let pass, whatever became of it. */
    void endLookup(Exchange exchange) {
        if (exchange.removeProperty(LOOKUP) instanceof Lookup lookup) {
            var outcome = Outcome.of(exchange);
            lookup.address().ifPresent(address -> {
                inFlight.release();
                if (outcome.caller().isPresent()) {
                    all.giveBack();
                    address.giveBack();
                    directory.add(lookup.digest().fingerprint());
                }
            });
            running.remove(lookup.digest());
            lookup.outcome().complete(outcome);
        }
    }

    private void refuse(Exchange exchange, CredentialDigest digest, CompletableFuture<Outcome> mine) {
        refused.increment();
        var outcome = new Outcome(
                Optional.empty(), directory.knowsAll() ? CredentialVariables.REFUSED : CredentialVariables.FAILING);
        outcome.tell(exchange);
        running.remove(digest);
        mine.complete(outcome);
    }

    private Allowance allowance() {
        return new Allowance(settings.unknownLookupsAddressMax(), System::nanoTime);
    }

    /** One household of IPv6 has 2^64 addresses, which count as one. */
    private static String address(Exchange exchange) {
        String address = exchange.getMessage().getHeader(GaiaHeaders.CLIENT_ADDRESS, "", String.class);
        int end = -1;
        for (int groups = 0; groups < 4 && address.indexOf(':', end + 1) >= 0; groups++) {
            end = address.indexOf(':', end + 1);
        }
        return end < 0 ? address : address.substring(0, end);
    }
}
