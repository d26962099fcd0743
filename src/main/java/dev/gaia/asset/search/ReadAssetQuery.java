package dev.gaia.asset.search;

import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.Categories;
import dev.gaia.asset.Exchanges;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Steps that check what a list, a search or a look at one asset asks for, and bind it for the statement. */
final class ReadAssetQuery {

    private static final int TAGS_MAX = 32;

    private final AssetSettings settings;

    ReadAssetQuery(AssetSettings settings) {
        this.settings = settings;
    }

    /** Binds a page of the list: category, tags, source, limit and offset. */
    void page(Exchange exchange) {
        Map<String, String> query = Exchanges.query(exchange);
        List<Issue> issues = new ArrayList<>();
        Message message = exchange.getMessage();
        bindPage(exchange, query, issues);
        refuse(issues);
        message.setHeader("assetSource", limited(query.getOrDefault("source", ""), 100));
    }

    /** Binds a search: as a page, and the words to search for. */
    void search(Exchange exchange) {
        Map<String, String> query = Exchanges.query(exchange);
        List<Issue> issues = new ArrayList<>();
        String words = query.getOrDefault("query", "").strip();
        if (!query.containsKey("query")) {
            issues.add(Issue.missing("query", "query"));
        } else if (words.isEmpty()) {
            issues.add(new Issue(
                    "string_too_short", List.of("query", "query"), "String should have at least 1 character"));
        } else if (words.length() > 1000) {
            issues.add(new Issue(
                    "string_too_long", List.of("query", "query"), "String should have at most 1000 characters"));
        }
        String external = query.getOrDefault("include_external", "false").toLowerCase(Locale.ROOT);
        if (!List.of("true", "false", "1", "0", "yes", "no", "on", "off").contains(external)) {
            issues.add(
                    new Issue("bool_parsing", List.of("query", "include_external"), "Input should be true or false"));
        }
        bindPage(exchange, query, issues);
        refuse(issues);
        exchange.getMessage().setHeader("assetQuery", words);
        exchange.getMessage().setHeader("assetStyle", "");
        exchange.getMessage().setHeader("assetBestFirst", "false");
        exchange.setVariable(
                "includeExternal", List.of("true", "1", "yes", "on").contains(external));
        exchange.setVariable("startedNanos", System.nanoTime());
    }

    /** Binds the id of one asset; what is no id is not found, like an asset that does not exist. */
    void one(Exchange exchange) {
        exchange.getMessage().setHeader("assetUser", Exchanges.user(exchange));
        exchange.getMessage().setHeader("assetId", id(exchange, "asset_id", "Asset not found"));
    }

    /** Binds the id of one generation. */
    void generation(Exchange exchange) {
        exchange.getMessage().setHeader("assetUser", Exchanges.user(exchange));
        exchange.getMessage().setHeader("generationId", id(exchange, "generation_id", "Generation not found"));
    }

    private static String id(Exchange exchange, String name, String refusal) {
        String text = Exchanges.path(exchange).getOrDefault(name, "");
        if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            throw Failure.of(FailureCode.ASSET_NOT_FOUND, refusal);
        }
        return UUID.fromString(text).toString();
    }

    private void bindPage(Exchange exchange, Map<String, String> query, List<Issue> issues) {
        String category = query.getOrDefault("category", "");
        if (!category.isEmpty() && !Categories.ALL.contains(category)) {
            issues.add(new Issue(
                    "enum", List.of("query", "category"), "Input should be " + Categories.listed(Categories.ALL)));
        }
        Message message = exchange.getMessage();
        message.setHeader("assetUser", Exchanges.user(exchange));
        message.setHeader("assetCategory", category);
        message.setHeader("assetTags", tags(query.getOrDefault("style_tags", "")));
        message.setHeader(
                "assetLimit",
                Math.min(number(query, "limit", settings.searchLimit(), 1, issues), settings.searchLimitMax()));
        message.setHeader("assetOffset", number(query, "offset", 0, 0, issues));
    }

    /** The tags in lower case with commas between them; a tag cannot hold a comma, since callers separate them so. */
    private static String tags(String text) {
        return String.join(
                ",",
                Arrays.stream(text.split(",", -1))
                        .map(tag -> limited(tag.strip().toLowerCase(Locale.ROOT), 64))
                        .filter(tag -> !tag.isEmpty())
                        .limit(TAGS_MAX)
                        .toList());
    }

    private static int number(Map<String, String> query, String name, int fallback, int lowest, List<Issue> issues) {
        String text = query.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return fallback;
        }
        if (!text.matches("[+-]?\\d{1,9}")) {
            issues.add(
                    new Issue("int_parsing", List.of("query", name), "Input should be an integer of at most 9 digits"));
            return fallback;
        }
        int number = Integer.parseInt(text);
        if (number < lowest) {
            issues.add(new Issue(
                    "greater_than_equal",
                    List.of("query", name),
                    "Input should be greater than or equal to " + lowest));
        }
        return number;
    }

    private static String limited(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }

    private static void refuse(List<Issue> issues) {
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.ASSET_INVALID_REQUEST, issues);
        }
    }
}
