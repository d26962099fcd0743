package dev.gaia.embedded;

import java.nio.file.Path;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Settings {@code gaia.embedded.*}, read before there are beans.
 *
 * @param enabled starts PostgreSQL, nats-server and an API key of this installation's own, each only when the real one
 *     ({@code DATABASE_URL}, {@code NATS_URL}, {@code API_KEY}) is not configured; {@code scripts/run} asks for it
 * @param dataDir folder in which they keep their data
 * @param readyFile where to write, once everything runs, what a caller needs to know; for scripts
 */
public record EmbeddedSettings(boolean enabled, Path dataDir, Optional<Path> readyFile) {

    public static EmbeddedSettings of(Environment environment) {
        var binder = Binder.get(environment);
        return new EmbeddedSettings(
                binder.bind("gaia.embedded.enabled", Bindable.of(Boolean.class)).orElse(false),
                Path.of(binder.bind("gaia.embedded.data-dir", Bindable.of(String.class))
                        .orElse(".gaia")),
                binder.bind("gaia.embedded.ready-file", Bindable.of(String.class))
                        .map(Optional::of)
                        .orElse(Optional.empty())
                        .filter(file -> !file.isBlank())
                        .map(Path::of));
    }
}
