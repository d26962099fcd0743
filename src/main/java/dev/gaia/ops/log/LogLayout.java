package dev.gaia.ops.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.util.CachingDateFormatter;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/**
 * One line for each event: {@code 2026-11-22 10:15:30 - chat - WARNING - text}, the text in the colour of its label, or a
 * JSON object. A stack trace follows its line, in JSON as a field. Further lines of a text are
 * indented, so that a text that quotes a client cannot forge a line.
 */
public final class LogLayout extends LayoutBase<ILoggingEvent> {

    private static final String PLAIN = "\u001b[0m";
    private static final Set<String> SERVICES = Set.of("gateway", "auth", "chat", "asset");

    private final CachingDateFormatter local = new CachingDateFormatter("yyyy-MM-dd HH:mm:ss");
    private final CachingDateFormatter instant =
            new CachingDateFormatter("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", ZoneOffset.UTC);
    private final ThrowableProxyConverter stackTraces = new ThrowableProxyConverter();
    private boolean json;
    private boolean colour;
    private Optional<String> onlyService = Optional.empty();

    /** {@code text} or {@code json}. */
    public void setFormat(String format) {
        this.json = "json".equals(format);
    }

    /** {@code auto}, {@code always} or {@code never}; auto means: when standard output is a terminal. */
    public void setColour(String colour) {
        this.colour = switch (colour) {
            case "always" -> true;
            case "never" -> false;
            default -> Terminal.wantsColour();
        };
    }

    /** What {@code gaia.services} says; a process of one service names that one in each line. */
    public void setServices(String services) {
        this.onlyService = Optional.of(services.strip()).filter(SERVICES::contains);
    }

    @Override
    public void start() {
        stackTraces.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        return json ? jsonLine(event) : textLine(event);
    }

    private String textLine(ILoggingEvent event) {
        var label = label(event);
        String text = withoutControls(Secrets.masked(event.getFormattedMessage()));
        var line = new StringBuilder(80 + text.length())
                .append(local.format(event.getTimeStamp()))
                .append(" - ")
                .append(service(event.getLoggerName()))
                .append(" - ")
                .append(label)
                .append(" - ");
        var begin = colour ? label.colour() : Optional.<String>empty();
        begin.ifPresentOrElse(sequence -> line.append(sequence).append(text).append(PLAIN), () -> line.append(text));
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(Secrets.masked(stackTraces.convert(event)));
        }
        return line.toString();
    }

    private String jsonLine(ILoggingEvent event) {
        var line = new StringBuilder(256).append('{');
        field(line, "time", instant.format(event.getTimeStamp()));
        field(line, "service", service(event.getLoggerName()));
        field(line, "level", label(event).name());
        field(line, "logger", event.getLoggerName());
        field(line, "message", Secrets.masked(event.getFormattedMessage()));
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(pair -> field(line, pair.key, Secrets.masked(String.valueOf(pair.value))));
        }
        if (event.getThrowableProxy() != null) {
            field(line, "error", Secrets.masked(stackTraces.convert(event)));
        }
        return line.append("}\n").toString();
    }

    private static void field(StringBuilder line, String name, String value) {
        if (line.length() > 1) {
            line.append(',');
        }
        line.append('"');
        JsonStringEncoder.getInstance().quoteAsString(name, line);
        line.append("\":\"");
        JsonStringEncoder.getInstance().quoteAsString(value, line);
        line.append('"');
    }

    private static LogLabel label(ILoggingEvent event) {
        return switch (event.getLevel().toInt()) {
            case Level.ERROR_INT -> LogLabel.ERROR;
            case Level.WARN_INT -> LogLabel.WARNING;
            case Level.INFO_INT -> LogLabel.LOGGERS.getOrDefault(event.getLoggerName(), LogLabel.INFO);
            default -> LogLabel.DEBUG;
        };
    }

    /** The service a line is about: the process's only one, else the one the logger's name tells. */
    private String service(String logger) {
        return onlyService.orElseGet(() -> serviceOf(logger));
    }

    private static String serviceOf(String logger) {
        String name = logger.startsWith("dev.gaia.") ? logger.substring("dev.gaia.".length()) : logger;
        if (name.equals("gaia.request")) {
            return "gateway";
        }
        String area = name.startsWith("gaia.") ? name.substring("gaia.".length()) : name;
        int end = 0;
        while (end < area.length() && Character.isLetter(area.charAt(end))) {
            end++;
        }
        String word = area.substring(0, end);
        return SERVICES.contains(word) ? word : "gaia";
    }

    private static String withoutControls(String text) {
        if (text.chars().noneMatch(character -> character < ' ')) {
            return text;
        }
        var line = new StringBuilder(text.length() + 8);
        text.chars().forEach(character -> {
            if (character == '\n') {
                line.append("\n    ");
            } else if (character < ' ') {
                line.append(' ');
            } else {
                line.append((char) character);
            }
        });
        return line.toString();
    }
}
