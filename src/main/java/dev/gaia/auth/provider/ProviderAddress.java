package dev.gaia.auth.provider;

import java.net.URI;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Where the identity provider is.
 *
 * @param choice who it is
 * @param supabase its address, when it is Supabase
 * @param host address this process listens on, where the local provider answers
 * @param port port of this process, known when it listens
 */
public record ProviderAddress(ProviderChoice choice, Optional<URI> supabase, String host, IntSupplier port) {

    /** Base address without a slash at its end; empty when nobody keeps accounts. */
    public Optional<String> base() {
        return switch (choice) {
            case SUPABASE -> supabase.map(URI::toString);
            case LOCAL -> Optional.of("http://" + reachable() + ":" + port.getAsInt());
            case NONE -> Optional.empty();
        };
    }

    /** What listens on every address is reached on the loopback one. */
    private String reachable() {
        boolean everywhere = host.isBlank() || "0.0.0.0".equals(host) || "::".equals(host) || "[::]".equals(host);
        return everywhere ? "127.0.0.1" : host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
