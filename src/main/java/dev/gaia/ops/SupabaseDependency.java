package dev.gaia.ops;

import dev.gaia.auth.provider.ProviderChoice;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Supabase as identity provider. It is asked in the background, at most once in ten seconds, however often somebody
 * wants to know: the health page is open to all.
 */
final class SupabaseDependency implements Dependency {

    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Optional<URI> address;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final HttpClient client;
    private volatile DependencyState seen = DependencyState.silent("not asked yet");
    private volatile long seenNanos = System.nanoTime() - FRESH.toNanos();

    /** Takes {@code SUPABASE_URL}; blank, or a placeholder such as {@code YOUR_SUPABASE_URL}, means none. */
    SupabaseDependency(String url, HttpClient client) {
        this.client = client;
        this.address = ProviderChoice.supabase(url);
    }

    @Override
    public String name() {
        return "supabase";
    }

    /** The configured address; empty without one. */
    Optional<String> url() {
        return address.map(URI::toString);
    }

    @Override
    public DependencyState state() {
        if (address.isEmpty()) {
            return DependencyState.notConfigured();
        }
        if (System.nanoTime() - seenNanos >= FRESH.toNanos() && asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("supabase-probe").start(this::ask);
        }
        return seen;
    }

    private void ask() {
        try {
            var request = HttpRequest.newBuilder(URI.create(address.orElseThrow() + "/auth/v1/health"))
                    .timeout(TIMEOUT)
                    .build();
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            seen = status < 500 ? DependencyState.answering() : DependencyState.silent("answers with status " + status);
        } catch (IOException e) {
            seen = DependencyState.silent("does not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            seenNanos = System.nanoTime();
            asking.set(false);
        }
    }
}
