package dev.gaia.auth.provider;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.springframework.core.env.Environment;

/**
 * Who keeps the accounts. One rule: {@code SUPABASE_URL} wins; without it the local provider does, except in production,
 * where it must be asked for; else nobody, and account calls are answered with 503.
 */
public enum ProviderChoice {
    SUPABASE,
    LOCAL,
    NONE;

    private static final Set<String> PRODUCTION = Set.of("production", "prod");

    /** Name in health documents. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True when Gaia keeps the accounts itself. */
    public boolean isLocal() {
        return this == LOCAL;
    }

    /** The choice for these settings; readable before there are beans, since it selects routes. */
    public static ProviderChoice of(Environment settings) {
        return of(
                settings.getProperty("gaia.auth.supabase-url", ""),
                settings.getProperty("gaia.identity.enabled", "auto"),
                settings.getProperty("gaia.environment", ""));
    }

    /**
     * The choice itself.
     *
     * @param local {@code auto}, {@code true} or {@code false}
     */
    static ProviderChoice of(String supabaseUrl, String local, String environment) {
        if (supabase(supabaseUrl).isPresent()) {
            return SUPABASE;
        }
        return switch (local.strip().toLowerCase(Locale.ROOT)) {
            case "", "auto" -> PRODUCTION.contains(environment.strip().toLowerCase(Locale.ROOT)) ? NONE : LOCAL;
            case "true" -> LOCAL;
            case "false" -> NONE;
            default ->
                throw new IllegalArgumentException(
                        "`gaia.identity.enabled` is " + local + "; it must be auto, true or false.");
        };
    }

    /** The address in {@code SUPABASE_URL}, without slashes at its end; empty for none and for templates' placeholders. */
    public static Optional<URI> supabase(String url) {
        String text = url.strip();
        String lower = text.toLowerCase(Locale.ROOT);
        boolean placeholder = text.isEmpty()
                || lower.startsWith("your_")
                || lower.contains("your-project")
                || lower.contains("placeholder")
                || lower.contains("example.supabase");
        return placeholder ? Optional.empty() : Optional.of(URI.create(text.replaceAll("/+$", "")));
    }
}
