package dev.gaia.launch;

import dev.gaia.embedded.EmbeddedSettings;
import dev.gaia.embedded.OwnerFile;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Tells the script that started this process that it is ready, and what a caller needs to know.
 *
 * <p>One {@code NAME=value} per line, in a file only its owner reads, since the key and the database's password are
 * among them. Nothing is written without {@code gaia.embedded.ready-file}.
 */
final class ReadyFile implements ApplicationListener<ApplicationReadyEvent> {

    private static final List<String> NAMES = List.of("DATABASE_URL", "NATS_URL", "API_KEY");

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        var environment = event.getApplicationContext().getEnvironment();
        EmbeddedSettings.of(environment).readyFile().ifPresent(file -> OwnerFile.write(file, facts(environment)));
    }

    private static String facts(Environment environment) {
        String settings = NAMES.stream()
                .filter(environment::containsProperty)
                .map(name -> name + "=" + environment.getProperty(name) + "\n")
                .collect(Collectors.joining());
        return settings
                + "PORT=" + environment.getProperty("gaia.gateway.port", "8666") + "\n"
                + "MODEL=" + model(environment) + "\n"
                + "LINK=" + environment.getProperty("gaia.link.chat", "direct") + "\n";
    }

    private static String model(Environment environment) {
        if (isSet(environment, "OPENAI_API_KEY")) {
            return "openai";
        }
        return isSet(environment, "ANTHROPIC_API_KEY") ? "anthropic" : "demo";
    }

    private static boolean isSet(Environment environment, String name) {
        return !environment.getProperty(name, "").isBlank();
    }
}
