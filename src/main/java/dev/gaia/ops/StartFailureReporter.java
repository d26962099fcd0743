package dev.gaia.ops;

import dev.gaia.StartRefused;
import dev.gaia.mapping.MappingFault;
import dev.gaia.routes.RouteDiagnosis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Says why the process cannot start, in sentences and without a stack trace, when an operator can mend it: a setting, a
 * route or mapping file. Everything else is a defect and left to Spring's own report.
 *
 * <p>It writes to standard error, since the log may not be set up yet.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class StartFailureReporter implements SpringBootExceptionReporter {

    private final Optional<ConfigurableApplicationContext> context;

    /** Called by Spring Boot, with null when the failure came before there was a context. */
    StartFailureReporter(ConfigurableApplicationContext context) {
        this.context = Optional.ofNullable(context);
    }

    @Override
    public boolean reportException(Throwable failure) {
        var message = explain(failure);
        message.ifPresent(sentence -> System.err.println("Gaia cannot start.\n" + sentence));
        return message.isPresent();
    }

    private Optional<String> explain(Throwable failure) {
        for (var cause : causes(failure)) {
            if (cause instanceof StartRefused || cause instanceof MappingFault || isSettingsSentence(cause)) {
                return Optional.of(cause.getMessage());
            }
        }
        for (var cause : causes(failure)) {
            if (cause instanceof BindException unreadable) {
                return Optional.of("`%s` cannot be read: %s.".formatted(unreadable.getName(), reason(unreadable)));
            }
        }
        return context.flatMap(started -> RouteDiagnosis.of(started.getEnvironment(), started.getBeanFactory())
                        .explain(failure))
                .map(Throwable::getMessage);
    }

    /** Settings records refuse a value in a sentence that starts with the setting's name. */
    private static boolean isSettingsSentence(Throwable cause) {
        return cause instanceof IllegalArgumentException
                && cause.getMessage() != null
                && cause.getMessage().startsWith("`gaia.");
    }

    /** What kind of value was wanted; never the value itself, which may be a secret. */
    private static String reason(BindException unreadable) {
        Class<?> wanted = unreadable.getTarget().getType().resolve(Object.class);
        if (wanted.isEnum()) {
            return "it must be one of "
                    + Arrays.stream(wanted.getEnumConstants())
                            .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        }
        return switch (wanted.getSimpleName()) {
            case "int", "Integer", "long", "Long" -> "it must be a whole number";
            case "double", "Double" -> "it must be a number";
            case "boolean", "Boolean" -> "it must be true or false";
            case "Duration" -> "it must be a duration such as 500ms, 20s or 10m";
            default -> "it must be a value of type " + wanted.getSimpleName();
        };
    }

    private static List<Throwable> causes(Throwable failure) {
        var causes = new ArrayList<Throwable>();
        for (var cause = failure; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
