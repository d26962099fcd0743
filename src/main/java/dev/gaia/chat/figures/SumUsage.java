package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.camel.Exchange;

/**
 * Sums the rows of {@code chat-usage-records} in the body, for mappings to shape answers from.
 *
 * <p>The document: {@code now}, {@code today}; {@code from}, {@code until} (first day after), {@code days}, {@code month};
 * {@code total}, {@code providers} by key, {@code operations} (dearest first), {@code by_day} with {@code date} and
 * {@code providers}; each sum {@code cost}, {@code cents} (the cost rounded), {@code requests}, {@code tokens},
 * {@code images}, {@code models}, {@code credits}, and of providers {@code unit}, what is counted of them. The five keys
 * of the contract are always there. {@code provider} is what the query asks for, or null; {@code fee},
 * {@code claude_tokens}, {@code openai_tokens} come from the settings; {@code days_in_month}, {@code days_passed},
 * {@code days_remaining}, {@code month_start}, {@code month_end}, {@code next_month}; {@code forecast} USD of this month; {@code bill}
 * USD so far, fee included;
 * {@code peak_day} with the highest cost, or null; {@code today_images} of stability.
 */
final class SumUsage {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int EXACT_DECIMALS = 6;

    /** The keys that are always told, and what is counted of each. */
    private static final Map<String, String> KNOWN = known();

    private final UsageSettings settings;
    private final Clock clock;

    SumUsage(UsageSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    private static Map<String, String> known() {
        Map<String, String> units = new LinkedHashMap<>();
        units.put("dalle", "images");
        units.put("meshy", "models");
        units.put("stability", "images");
        units.put("claude", "tokens");
        units.put("openai_gpt", "tokens");
        return units;
    }

    /** Step: the document in place of the rows. */
    void sumUsage(Exchange exchange) {
        var rows = exchange.getMessage().getBody(JsonNode.class);
        var from = LocalDate.parse(exchange.getMessage().getHeader("usageFrom", String.class));
        var until = LocalDate.parse(exchange.getMessage().getHeader("usageUntil", String.class));
        exchange.getMessage().removeHeaders("usage*");
        var document = NODES.objectNode();
        times(document, from, until);
        var total = rows.isEmpty() ? UsageSums.NONE : sum(rows, row -> "").get("");
        document.set("total", write(total));
        document.set("providers", providers(rows));
        document.set("operations", operations(rows));
        document.set("by_day", days(rows, from, until));
        peakAndToday(document);
        document.put("provider", UsageRequests.parameter(exchange, "provider").orElse(null));
        document.put("fee", settings.monthlyFee())
                .put("claude_tokens", settings.claudeMonthlyTokens())
                .put("openai_tokens", settings.openaiMonthlyTokens());
        var passed = BigDecimal.valueOf(document.path("days_passed").asInt());
        var inMonth = BigDecimal.valueOf(document.path("days_in_month").asInt());
        document.put(
                "forecast",
                total.cost()
                        .multiply(inMonth)
                        .divide(passed, 2, RoundingMode.HALF_UP)
                        .add(settings.monthlyFee()));
        document.put(
                "bill", plain(total.cost().setScale(2, RoundingMode.HALF_UP).add(settings.monthlyFee())));
        exchange.getMessage().setBody(document);
    }

    private void times(ObjectNode document, LocalDate from, LocalDate until) {
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        var month = YearMonth.from(today);
        document.put("now", NaiveTime.of(clock.instant()))
                .put("today", today.toString())
                .put("from", from.toString())
                .put("last", until.minusDays(1).toString())
                .put("days", until.toEpochDay() - from.toEpochDay())
                .put("month", YearMonth.from(from).toString())
                .put("days_in_month", month.lengthOfMonth())
                .put("days_passed", today.getDayOfMonth())
                .put("days_remaining", month.lengthOfMonth() - today.getDayOfMonth())
                .put("month_start", month.atDay(1).toString())
                .put("month_end", month.atEndOfMonth().toString())
                .put("next_month", month.plusMonths(1).atDay(1).toString());
    }

    private static void peakAndToday(ObjectNode document) {
        var dearest = BigDecimal.ZERO;
        document.putNull("peak_day").put("today_images", 0);
        for (var day : document.path("by_day")) {
            if (day.path("cost").decimalValue().compareTo(dearest) > 0) {
                dearest = day.path("cost").decimalValue();
                document.set("peak_day", day.path("date"));
            }
            if (day.path("date").equals(document.path("today"))) {
                document.set("today_images", day.at("/providers/stability/images"));
            }
        }
    }

    /** Step: refuses a provider in the query that nobody knows. */
    void requireKnownUsageProvider(Exchange exchange) {
        var document = exchange.getMessage().getBody(JsonNode.class);
        var asked = document.path("provider");
        if (asked.isTextual() && !document.path("providers").has(asked.textValue())) {
            throw Failure.of(FailureCode.CHAT_NOT_FOUND, "Provider " + asked.textValue() + " not found");
        }
    }

    private static ObjectNode providers(JsonNode rows) {
        var sums = sum(rows, row -> row.path("provider").asText());
        var providers = NODES.objectNode();
        KNOWN.keySet().forEach(key -> sums.putIfAbsent(key, UsageSums.NONE));
        List.copyOf(KNOWN.keySet()).forEach(key -> providers.set(key, provider(key, sums.remove(key))));
        sums.forEach((key, sum) -> providers.set(key, provider(key, sum)));
        return providers;
    }

    private static ObjectNode provider(String key, UsageSums sum) {
        return write(sum).put("unit", KNOWN.getOrDefault(key, "tokens"));
    }

    private static ArrayNode operations(JsonNode rows) {
        var operations = NODES.arrayNode();
        sum(rows, row -> row.path("operation").asText()).entrySet().stream()
                .sorted(Comparator.comparing(entry -> entry.getValue().cost().negate()))
                .forEach(entry -> operations.add(write(entry.getValue()).put("operation", entry.getKey())));
        return operations;
    }

    private static ArrayNode days(JsonNode rows, LocalDate from, LocalDate until) {
        var byDay = new TreeMap<String, ArrayNode>();
        for (var row : rows) {
            byDay.computeIfAbsent(row.path("date").asText(), date -> NODES.arrayNode())
                    .add(row);
        }
        var days = NODES.arrayNode();
        for (var day = from; day.isBefore(until); day = day.plusDays(1)) {
            var ofDay = byDay.getOrDefault(day.toString(), NODES.arrayNode());
            var sum = ofDay.isEmpty() ? UsageSums.NONE : sum(ofDay, row -> "").get("");
            days.add(write(sum).put("date", day.toString()).<ObjectNode>set("providers", providers(ofDay)));
        }
        return days;
    }

    private static Map<String, UsageSums> sum(JsonNode rows, Function<JsonNode, String> key) {
        Map<String, UsageSums> sums = new TreeMap<>();
        for (var row : rows) {
            sums.merge(key.apply(row), UsageSums.of(row), UsageSums::plus);
        }
        return sums;
    }

    private static ObjectNode write(UsageSums sum) {
        return NODES.objectNode()
                .put("cost", plain(sum.cost().setScale(EXACT_DECIMALS, RoundingMode.HALF_UP)))
                .put("cents", plain(sum.cost().setScale(2, RoundingMode.HALF_UP)))
                .put("requests", sum.requests())
                .put("tokens", sum.tokens())
                .put("images", sum.images())
                .put("models", sum.models())
                .put("credits", sum.credits());
    }

    /** Without zeros at the end, and never with an exponent. */
    private static BigDecimal plain(BigDecimal value) {
        var stripped = value.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
