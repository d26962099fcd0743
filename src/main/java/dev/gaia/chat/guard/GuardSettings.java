package dev.gaia.chat.guard;

import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What of a model's text is made harmless for callers with an {@code Origin} header, which only browsers send.
 *
 * @param mode {@code off}, nothing; {@code images}, what a browser loads by itself; {@code links}, links as well
 * @param hosts from which images may be loaded, and to which links may lead, beside the page's own
 */
@ConfigurationProperties("gaia.guard")
record GuardSettings(Mode mode, List<String> hosts) {

    enum Mode {
        OFF,
        IMAGES,
        LINKS
    }

    GuardSettings {
        if (mode == null) {
            throw new IllegalArgumentException("`gaia.guard.mode` is empty; it must be off, images or links");
        }
        hosts = hosts == null
                ? List.of()
                : hosts.stream()
                        .map(host -> host.strip().toLowerCase(Locale.ROOT))
                        .filter(host -> !host.isEmpty())
                        .toList();
    }
}
