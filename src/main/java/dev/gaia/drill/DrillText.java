package dev.gaia.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What the drill's provider says, and how it goes on with what another one began. */
final class DrillText {

    /** The whole answer: several scripts, pictures and a flag, line breaks and a block of code. */
    static final String WHOLE = "Grüße aus Nürnberg! This answer has forty parts or so, and every one of them counts. "
            + "First come words, then こんにちは、世界 and pictures 🙂👩‍🚀🇯🇵 of people.\n\n"
            + "```java\nint answer = 42;\nint question = answer * 2;\n```\n\n"
            + "After the code there is a little more text, which ends here and now.";

    /** What goes before the words to repeat in the default of {@code gaia.provider.rescue.instruction}. */
    private static final String TOLD = "preface: ";

    private DrillText() {}

    /** The text in pieces of about a word. */
    static List<String> pieces(String text) {
        var pieces = new ArrayList<String>();
        int start = 0;
        for (int i = 1; i < text.length(); i++) {
            if (Character.isWhitespace(text.charAt(i)) && !Character.isWhitespace(text.charAt(i - 1))) {
                pieces.add(text.substring(start, i));
                start = i;
            }
        }
        pieces.add(text.substring(start));
        return pieces;
    }

    /** What a well-behaved model answers: the whole text, or what is missing of it. */
    static String answer(JsonNode request) {
        var messages = request.path("messages");
        var last = messages.path(messages.size() - 1);
        if ("assistant".equals(last.path("role").asText())) {
            return rest(text(last));
        }
        var before = messages.path(messages.size() - 2);
        boolean told = "assistant".equals(before.path("role").asText()) && WHOLE.startsWith(text(before));
        int words = text(last).lastIndexOf(TOLD);
        return told && words >= 0 ? text(last).substring(words + TOLD.length()) + rest(text(before)) : WHOLE;
    }

    private static String rest(String begun) {
        return WHOLE.startsWith(begun) ? WHOLE.substring(begun.length()) : WHOLE;
    }

    /** True when the last entry is the beginning of the answer. */
    static boolean prefilled(JsonNode request) {
        var messages = request.path("messages");
        return "assistant"
                .equals(messages.path(messages.size() - 1).path("role").asText());
    }

    /** The text of an entry, given plainly or in parts. */
    static String text(JsonNode message) {
        var content = message.path("content");
        if (content.isTextual()) {
            return content.asText();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }
}
