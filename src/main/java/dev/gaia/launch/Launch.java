package dev.gaia.launch;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContextInitializer;

/**
 * Starts a Spring application the way an operator wants it: settings from {@code .env} too, a word to the script that
 * waits, one sentence and exit code 1 when it cannot be.
 */
public final class Launch {

    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

    private Launch() {}

    /**
     * Returns when the application is ready, or ends the process.
     *
     * @param preparations run in this order when the settings are read and before there is a bean
     */
    public static void run(
            Class<?> application, List<ApplicationContextInitializer<?>> preparations, String... arguments) {
        try {
            Supervisor.watch();
            var spring = new SpringApplication(application);
            spring.addListeners(new EnvironmentSettings(System.getenv()), new ReadyFile(), new IgnoredSettings());
            preparations.forEach(spring::addInitializers);
            spring.run(arguments);
        } catch (RuntimeException | Error failure) {
            // Already told by StartFailureReporter; the embedded services stop in the shutdown hook.
            LOG.debug("The cause of the failed start", failure);
            System.exit(1);
        }
    }
}
