package dev.gaia.ops.log;

import dev.gaia.StartRefused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Turns {@code LOG_LEVEL} into levels of loggers, before the log is set up. A level given as {@code logging.level.…}
 * wins.
 */
public final class LogEnvironment implements EnvironmentPostProcessor, Ordered {

    /** What these say below WARN is about themselves, not about the platform. */
    private static final List<String> QUIET = List.of(
            "org.apache.camel",
            "org.springframework",
            "org.flywaydb",
            "com.zaxxer",
            "io.vertx",
            "io.netty",
            "io.zonky");

    /**
     * What these warn of is told better by the platform itself, or is of no use: Flyway recommends itself whenever
     * PostgreSQL is a version ahead. Camel's NATS consumer reports that the process stopped while it waited for a first
     * connection.
     */
    private static final List<String> ERRORS_ONLY = List.of(
            "com.networknt.schema",
            "org.apache.camel.component.nats.NatsConsumer",
            "org.flywaydb.core.internal.database.base.Database",
            "org.flywaydb.core.internal.sqlscript",
            "org.springframework.boot.autoconfigure.logging",
            "org.springframework.context.annotation.AnnotationConfigApplicationContext");

    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        requireOneOf(environment, "gaia.log-format", List.of("text", "json"));
        requireOneOf(environment, "gaia.log-colour", List.of("auto", "always", "never"));
        var levels = levels(LogLabel.threshold(environment.getProperty("gaia.log-level", "INFO")));
        environment.getPropertySources().addLast(new MapPropertySource("gaia-log", levels));
    }

    private static Map<String, Object> levels(LogLabel threshold) {
        var levels = new HashMap<String, Object>();
        levels.put("logging.level.root", level(threshold));
        var third = LogLabel.WARNING.isWritten(threshold) ? "WARN" : level(threshold);
        QUIET.forEach(logger -> levels.put("logging.level." + logger, third));
        if (threshold == LogLabel.DEBUG) {
            // Debugging the platform, not the libraries it is made of.
            List.of("org", "com", "io").forEach(logger -> levels.put("logging.level." + logger, "INFO"));
        }
        var last = LogLabel.ERROR.isWritten(threshold) ? "ERROR" : "OFF";
        ERRORS_ONLY.forEach(logger -> levels.put("logging.level." + logger, last));
        LogLabel.LOGGERS.forEach((logger, label) ->
                levels.put("logging.level." + logger, label.isWritten(threshold) ? "INFO" : level(threshold, "WARN")));
        return levels;
    }

    /** The lowest SLF4J level that is written. */
    private static String level(LogLabel threshold) {
        if (LogLabel.DEBUG.isWritten(threshold)) {
            return "DEBUG";
        }
        return LogLabel.INFO.isWritten(threshold) ? "INFO" : level(threshold, "WARN");
    }

    private static String level(LogLabel threshold, String lowest) {
        if (LogLabel.WARNING.isWritten(threshold)) {
            return lowest;
        }
        return LogLabel.ERROR.isWritten(threshold) ? "ERROR" : "OFF";
    }

    private static void requireOneOf(ConfigurableEnvironment environment, String key, List<String> words) {
        String value = environment.getProperty(key, words.getFirst());
        if (!words.contains(value)) {
            throw new StartRefused("`%s` is %s; it must be %s.".formatted(key, value, String.join(" or ", words)));
        }
    }
}
