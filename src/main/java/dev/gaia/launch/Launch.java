package dev.gaia.launch;

import dev.gaia.embedded.EmbeddedServices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;

/**
 * Starts a Spring application the way an operator wants it: settings from {@code .env} too, stand-ins for outside
 * services when asked for, one sentence and exit code 1 when it cannot be.
 */
public final class Launch {

    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);

    private Launch() {}

    public static void run(Class<?> application, String... arguments) {
        try {
            Supervisor.watch();
            var spring = new SpringApplication(application);
            spring.addListeners(new EnvironmentSettings(System.getenv()), new ReadyFile(), new IgnoredSettings());
            spring.addInitializers(new EmbeddedServices());
            spring.run(arguments);
        } catch (RuntimeException | Error failure) {
            // Already told by StartFailureReporter; the embedded services stop in the shutdown hook.
            LOG.debug("The cause of the failed start", failure);
            System.exit(1);
        }
    }
}
