package dev.gaia.chat.rescue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** When a stream must not be continued by another model: the table in section 11.1 of the failure contract. */
public final class RescueRules {

    private static final int DELIVERED_MAX_BYTES = 64 * 1024;
    private static final List<String> UNJOINABLE = List.of("logprobs", "audio", "modalities", "web_search_options");

    private RescueRules() {}

    /** What kind of pieces the client has. */
    public record Delivered(String text, boolean toolCalls, boolean reasoning, boolean citations, boolean refusal) {}

    /**
     * Why the call must not be continued; empty when it may.
     *
     * @param call in the neutral form
     * @param thinkingShown whether the client's form has thinking blocks, whose signature only their model can make
     */
    public static Optional<String> obstacle(JsonNode call, Delivered delivered, boolean thinkingShown) {
        if (delivered.refusal()) {
            return Optional.of("the model refuses to answer");
        }
        if (delivered.toolCalls()) {
            return Optional.of("a tool call was begun");
        }
        if (delivered.citations()) {
            return Optional.of("citations were begun");
        }
        if (thinkingShown && delivered.reasoning()) {
            return Optional.of("a thinking block was begun");
        }
        if (structured(call)) {
            return Optional.of("the answer is structured");
        }
        if (unjoinable(call) || unjoinable(call.path("openai"))) {
            return Optional.of("the answer has more than one part");
        }
        if (hosted(call)) {
            return Optional.of("the provider holds state of this turn");
        }
        return delivered.text().getBytes(UTF_8).length > DELIVERED_MAX_BYTES
                ? Optional.of("too much was delivered")
                : Optional.empty();
    }

    /** True when half of the answer cannot be read, or a lost piece would not be noticed. */
    public static boolean structured(JsonNode call) {
        var format = call.at("/response_format/type").asText("text");
        var choice = call.path("tool_choice");
        var word = choice.isObject() ? choice.path("type").asText() : choice.asText("auto");
        return !"text".equals(format)
                || call.at("/anthropic/output_config/format").isObject()
                || !List.of("auto", "none", "").contains(word);
    }

    /** True when an answer is one text, or calls of functions, so that it can be put together from the pieces of a stream. */
    public static boolean oneAnswer(JsonNode call) {
        for (var tool : call.path("tools")) {
            if (!"function".equals(tool.path("type").asText("function"))) {
                return false;
            }
        }
        return !unjoinable(call) && !unjoinable(call.path("openai")) && !hosted(call);
    }

    private static boolean unjoinable(JsonNode call) {
        return call.path("n").asInt(1) > 1
                || UNJOINABLE.stream().anyMatch(name -> {
                    var value = call.path(name);
                    return value.isObject() || value.asBoolean(false) || value.size() > 1;
                });
    }

    /** Tools that run at the provider. */
    private static boolean hosted(JsonNode call) {
        for (var tool : call.path("tools")) {
            if (!List.of("function", "custom").contains(tool.path("type").asText("function"))) {
                return true;
            }
        }
        return call.at("/anthropic/container").isTextual()
                || call.at("/anthropic/tools").size() > 0;
    }
}
