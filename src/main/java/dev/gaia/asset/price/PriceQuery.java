package dev.gaia.asset.price;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Categories;
import dev.gaia.asset.Exchanges;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Step that checks the query of a price operation. The variable {@code required} names what must be given, with commas
 * between the names. Leaves {@code {"query","now","soon","configured"}} as body, and the values bound for statements.
 */
final class PriceQuery {

    private static final int QUANTITY_MAX = 100_000;
    private static final int DAYS_MAX = 366;
    private static final Duration SOON = Duration.ofMinutes(5);

    private final ObjectMapper mapper;
    private final ConfiguredProviders providers;
    private final Clock clock;

    PriceQuery(ObjectMapper mapper, ConfiguredProviders providers, Clock clock) {
        this.mapper = mapper;
        this.providers = providers;
        this.clock = clock;
    }

    void read(Exchange exchange) {
        Map<String, String> query = Exchanges.query(exchange);
        List<String> required =
                Arrays.asList(exchange.getVariable("required", "", String.class).split(","));
        List<Issue> issues = new ArrayList<>();
        required.stream()
                .filter(name -> !name.isEmpty() && query.getOrDefault(name, "").isBlank())
                .forEach(name -> issues.add(Issue.missing("query", name)));
        ObjectNode known = mapper.createObjectNode();
        for (String name : List.of("provider", "operation", "category", "asset_category")) {
            known.put(name, query.getOrDefault(name, "").strip());
        }
        String quality = query.getOrDefault("quality", "").strip();
        known.put("quality", quality.isEmpty() ? "standard" : quality);
        known.put("quantity", number(query, "quantity", 1, QUANTITY_MAX, issues));
        known.put("days", number(query, "days", 30, DAYS_MAX, issues));
        LocalDate today = LocalDate.now(clock);
        LocalDate start = date(query, "start_date", today.minusDays(30), issues);
        LocalDate end = date(query, "end_date", today, issues);
        if (start.isAfter(end)) {
            issues.add(
                    new Issue("value_error", List.of("query", "start_date"), "start_date must not be after end_date"));
        }
        required.stream()
                .filter(name -> name.endsWith("category"))
                .filter(name -> !query.getOrDefault(name, "").isBlank() && !Categories.ALL.contains(query.get(name)))
                .forEach(name -> issues.add(new Issue(
                        "enum", List.of("query", name), "Input should be " + Categories.listed(Categories.ALL))));
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.ASSET_INVALID_REQUEST, issues);
        }
        exchange.getMessage().setBody(document(known));
        bind(exchange, known, start, end);
    }

    /** The body of a mapping, around what was asked. */
    ObjectNode document(ObjectNode query) {
        LocalDateTime now = LocalDateTime.now(clock);
        ObjectNode document = mapper.createObjectNode();
        document.set("query", query);
        document.put("now", now.toString()).put("soon", now.plus(SOON).toString());
        document.set("configured", mapper.valueToTree(providers.byKey()));
        return document;
    }

    private static void bind(Exchange exchange, ObjectNode query, LocalDate start, LocalDate end) {
        Message message = exchange.getMessage();
        String category = query.path("category").asText();
        message.setHeader("assetUser", Exchanges.user(exchange));
        message.setHeader("assetAdmin", Boolean.toString(Exchanges.admin(exchange)));
        message.setHeader("priceProvider", query.path("provider").asText());
        message.setHeader(
                "priceCategory",
                category.isEmpty() ? query.path("asset_category").asText() : category);
        message.setHeader("priceQuality", query.path("quality").asText());
        message.setHeader("priceTier", tier(query.path("quality").asText()));
        message.setHeader("priceQuantity", query.path("quantity").asInt());
        message.setHeader("priceDays", query.path("days").asInt());
        message.setHeader("priceStart", start.toString());
        message.setHeader("priceEnd", end.toString());
    }

    /** The tier of the price table for a quality; what it does not know is standard. */
    static String tier(String quality) {
        return List.of("hd", "high", "ultra").contains(quality) ? "hd" : "standard";
    }

    private static int number(Map<String, String> query, String name, int fallback, int highest, List<Issue> issues) {
        String text = query.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return fallback;
        }
        if (!text.matches("[+-]?\\d{1,9}")) {
            issues.add(new Issue("int_parsing", List.of("query", name), "Input should be an integer"));
            return fallback;
        }
        int number = Integer.parseInt(text);
        if (number < 1 || number > highest) {
            issues.add(new Issue("out_of_range", List.of("query", name), "Input should be between 1 and " + highest));
            return fallback;
        }
        return number;
    }

    private static LocalDate date(Map<String, String> query, String name, LocalDate fallback, List<Issue> issues) {
        String text = query.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return fallback;
        }
        try {
            LocalDate date = LocalDate.parse(text);
            if (date.getYear() >= 1970 && date.getYear() <= 9999) {
                return date;
            }
        } catch (DateTimeException e) {
            // refused below, like a year that no calendar of the platform has
        }
        issues.add(new Issue("date_parsing", List.of("query", name), "Input should be a date like 2026-11-22"));
        return fallback;
    }
}
