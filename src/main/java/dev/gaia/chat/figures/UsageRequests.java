package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import dev.gaia.link.GaiaHeaders;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.camel.Exchange;

/**
 * The steps that read what a request about usage asks for. A period is left in the headers {@code usageFrom} and
 * {@code usageUntil}, dates of which the second is the first day after, beside {@code usageUser}.
 */
final class UsageRequests {

    private static final int DAYS_DEFAULT = 30;
    private static final int DAYS_MAX = 366;
    private static final BigDecimal COST_MAX = new BigDecimal("999999");
    private static final int NAME_MAX = 100;
    private static final int REQUEST_ID_MAX = 255;

    private final ObjectMapper mapper;
    private final Clock clock;

    UsageRequests(ObjectMapper mapper, Clock clock) {
        this.mapper = mapper;
        this.clock = clock;
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** Step: this month until now. */
    void readCurrentMonth(Exchange exchange) {
        period(exchange, today().withDayOfMonth(1), today().plusDays(1));
    }

    /** Step: as many days as the query says, the last of them yesterday. */
    void readDays(Exchange exchange) {
        var asked = parameter(exchange, "days").orElse(String.valueOf(DAYS_DEFAULT));
        int days;
        try {
            days = Integer.parseInt(asked.strip());
        } catch (NumberFormatException e) {
            throw invalid("int_parsing", "Input should be a valid integer", "query", "days");
        }
        if (days < 1 || days > DAYS_MAX) {
            throw invalid("out_of_range", "Input should be between 1 and " + DAYS_MAX, "query", "days");
        }
        period(exchange, today().minusDays(days), today());
    }

    /** Step: the month that the query names, this one when it names none. */
    void readMonth(Exchange exchange) {
        YearMonth month;
        try {
            month = parameter(exchange, "month").map(YearMonth::parse).orElse(YearMonth.from(today()));
        } catch (DateTimeParseException e) {
            throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "Invalid month format. Use YYYY-MM");
        }
        period(exchange, month.atDay(1), month.plusMonths(1).atDay(1));
    }

    private static void period(Exchange exchange, LocalDate from, LocalDate until) {
        var message = exchange.getMessage();
        message.setHeader("usageUser", message.getHeader(GaiaHeaders.USER_ID, "", String.class));
        message.setHeader("usageFrom", from.toString());
        message.setHeader("usageUntil", until.toString());
    }

    /** Step: checks one use to be logged and leaves its values in the headers {@code usage*}. */
    void readUsageItem(Exchange exchange) {
        var item = document(exchange);
        for (var field : List.of("provider", "operation", "cost")) {
            if (!item.hasNonNull(field)) {
                throw Failure.of(FailureCode.CHAT_BAD_REQUEST, "Missing required field: " + field);
            }
        }
        var message = exchange.getMessage();
        var now = clock.instant();
        var cost = cost(item.get("cost"));
        message.setHeader("usageUser", message.getHeader(GaiaHeaders.USER_ID, "", String.class));
        message.setHeader("usageProvider", text(item, "provider", NAME_MAX).orElseThrow());
        message.setHeader("usageOperation", text(item, "operation", NAME_MAX).orElseThrow());
        message.setHeader("usageKind", message.getHeader("usageOperation"));
        message.setHeader("usageCost", cost.toPlainString());
        message.setHeader("usageTokens", count(item, "tokens"));
        message.setHeader("usageImages", count(item, "images"));
        message.setHeader("usageCredits", count(item, "credits"));
        message.setHeader("usageQuality", text(item, "quality", 50).orElse("standard"));
        message.setHeader("usageModel", text(item, "model", NAME_MAX).orElse(""));
        message.setHeader(
                "usageRequest", text(item, "request_id", REQUEST_ID_MAX).orElse(""));
        message.setHeader(
                "usageLog",
                UsageRow.logId(
                        now,
                        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())));
        var logged = JsonNodeFactory.instance.objectNode().put("cost", cost).put("timestamp", NaiveTime.of(now));
        exchange.setVariable("logged", logged);
    }

    private JsonNode document(Exchange exchange) {
        try {
            var body = exchange.getMessage().getBody(byte[].class);
            var parsed = mapper.readTree(body == null ? new byte[0] : body);
            if (parsed.isObject()) {
                return parsed;
            }
        } catch (IOException e) {
            // answered below, like any other document that is not an object
        }
        throw invalid("json_invalid", "The body should be a JSON object", "body");
    }

    private static BigDecimal cost(JsonNode value) {
        try {
            var cost = new BigDecimal(value.asText().strip());
            if ((value.isNumber() || value.isTextual()) && cost.signum() >= 0 && cost.compareTo(COST_MAX) <= 0) {
                return cost.setScale(Math.min(Math.max(cost.scale(), 0), 8), RoundingMode.HALF_UP);
            }
        } catch (NumberFormatException e) {
            // refused below, like a number out of bounds
        }
        throw invalid("decimal", "Input should be an amount between 0 and " + COST_MAX, "body", "cost");
    }

    private static int count(JsonNode item, String field) {
        var value = item.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw invalid("int_type", "Input should be an integer of 0 or more", "body", field);
        }
        return value.asInt();
    }

    private static Optional<String> text(JsonNode item, String field, int longest) {
        var value = item.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual()
                || value.textValue().isBlank()
                || value.textValue().length() > longest
                || value.textValue().indexOf(0) >= 0) {
            throw invalid("string_type", "Input should be a text of 1 to " + longest + " characters", "body", field);
        }
        return Optional.of(value.textValue());
    }

    static Optional<String> parameter(Exchange exchange, String name) {
        Map<?, ?> query = exchange.getVariable("query", Map.of(), Map.class);
        return Optional.ofNullable(query.get(name)).map(String::valueOf).filter(value -> !value.isBlank());
    }

    private static Failure invalid(String type, String message, String... location) {
        return Failure.invalid(FailureCode.CHAT_INVALID_REQUEST, List.of(new Issue(type, List.of(location), message)));
    }
}
