package dev.gaia.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.mapping.JsonStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * A model for a first try without any key: answers at once from simple rules, in the voice of the persona Mu. Every
 * answer is marked as simulated. It takes and gives the neutral forms of call and answer, word by word as a stream.
 */
public final class DemoModel implements Processor {

    private static final Pattern SUM = Pattern.compile(
            "(-?\\d{1,15}(?:\\.\\d{1,6})?)\\s*(\\+|-|\\*|x|×|/|÷|plus|minus|times|divided by)\\s*(-?\\d{1,15}(?:\\.\\d{1,6})?)");
    private static final Pattern NAME =
            Pattern.compile("(?i)\\b(?:my name is|i am called|call me)\\s+([\\p{L}][\\p{L}'-]{0,39})");
    private static final Pattern GREETING = Pattern.compile("(?i)^\\W*(hello|hi|hey|good (morning|evening|day))\\b.*");

    private final Duration pace;

    /** @param pace between two words of a stream */
    public DemoModel(Duration pace) {
        this.pace = pace;
    }

    @Override
    public void process(Exchange exchange) {
        var call = exchange.getMessage().getBody(JsonNode.class);
        var messages = call.path("messages");
        var text = answer(messages);
        var usage = JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", tokens(messages))
                .put("output_tokens", words(text).size());
        if (call.path("stream").asBoolean(false)) {
            exchange.getMessage().setBody(new Words(words(text), usage, pace));
        } else {
            var reply = JsonNodeFactory.instance.objectNode().put("text", text).put("finish_reason", "stop");
            reply.set("usage", usage);
            exchange.getMessage().setBody(reply);
        }
    }

    private static String answer(JsonNode messages) {
        var question = text(messages.path(messages.size() - 1));
        var name = rememberedName(messages);
        var lower = question.toLowerCase(Locale.ROOT);
        var sum = SUM.matcher(lower);
        if (sum.find()) {
            return calculate(sum.group(1), sum.group(2), sum.group(3));
        }
        if (NAME.matcher(question).find()) {
            return "Beep boop! Nice to meet you, " + name.orElse("friend") + ". I will remember that name.";
        }
        if (lower.contains("my name")) {
            return name.map(known -> "Beep! Your name is " + known + ", I remember it well.")
                    .orElse("Boop, you have not told me your name yet. What should I call you?");
        }
        if (lower.contains("who are you") || lower.contains("your name")) {
            return "Beep boop! I am Mu, your cheerful robot companion. This is the built-in demo model speaking.";
        }
        if (lower.contains("breath") || lower.contains("meditat")) {
            return "Beep. Let us breathe together: in for four counts, hold for four, out for six. Boop, once more.";
        }
        if (GREETING.matcher(question.strip()).matches()) {
            return "Beep boop! Hello" + name.map(known -> ", " + known).orElse("")
                    + "! I am Mu, your cheerful robot companion. How can I help?";
        }
        return "Beep boop! I am Mu, running as the built-in demo model, so I only know simple answers."
                + " Set OPENAI_API_KEY or ANTHROPIC_API_KEY to talk to a real model.";
    }

    private static Optional<String> rememberedName(JsonNode messages) {
        Optional<String> name = Optional.empty();
        for (var message : messages) {
            if ("user".equals(message.path("role").asText())) {
                var told = NAME.matcher(text(message));
                if (told.find()) {
                    name = Optional.of(told.group(1));
                }
            }
        }
        return name;
    }

    private static String calculate(String left, String operator, String right) {
        var a = new BigDecimal(left);
        var b = new BigDecimal(right);
        boolean division = "/".equals(operator) || "÷".equals(operator) || "divided by".equals(operator);
        if (division && b.signum() == 0) {
            return "Boop! Nobody can divide by zero, not even a robot.";
        }
        var result = switch (operator) {
            case "+", "plus" -> a.add(b);
            case "-", "minus" -> a.subtract(b);
            case "/", "÷", "divided by" -> a.divide(b, MathContext.DECIMAL32);
            default -> a.multiply(b);
        };
        return "Beep! " + left + " " + operator + " " + right + " is "
                + result.stripTrailingZeros().toPlainString() + ".";
    }

    private static String text(JsonNode message) {
        var content = message.path("content");
        if (content.isTextual()) {
            return content.textValue();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    private static int tokens(JsonNode messages) {
        int characters = 0;
        for (var message : messages) {
            characters += text(message).length();
        }
        return Math.max(1, characters / 4);
    }

    /** The text in pieces of one word each, blanks in front. */
    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        int start = 0;
        for (int i = 1; i < text.length(); i++) {
            if (text.charAt(i) == ' ') {
                words.add(text.substring(start, i));
                start = i;
            }
        }
        words.add(text.substring(start));
        return words;
    }

    /** The words of an answer at a steady pace, then its end. */
    private static final class Words implements JsonStream {

        private final ArrayDeque<String> words;
        private final JsonNode usage;
        private final Duration pace;
        private volatile boolean closed;
        private boolean first = true;
        private boolean ended;

        Words(List<String> words, JsonNode usage, Duration pace) {
            this.words = new ArrayDeque<>(words);
            this.usage = usage;
            this.pace = pace;
        }

        @Override
        public Optional<JsonNode> next() throws InterruptedException {
            if (ended || closed) {
                return Optional.empty();
            }
            if (words.isEmpty()) {
                ended = true;
                var last = JsonNodeFactory.instance
                        .objectNode()
                        .put("finish_reason", "stop")
                        .put("end", true);
                last.set("usage", usage);
                return Optional.of(last);
            }
            if (!first) {
                Thread.sleep(pace);
            }
            first = false;
            return Optional.of(JsonNodeFactory.instance.objectNode().put("text", words.poll()));
        }

        @Override
        public boolean ready() {
            return closed || words.isEmpty();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
