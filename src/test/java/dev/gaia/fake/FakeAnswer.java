package dev.gaia.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * One request on its way to an answer.
 *
 * @param id number of the request, unique in one provider; part of the ids in the answer
 * @param model as asked for
 * @param createdSeconds Unix time
 * @param texts the pieces of the text
 * @param includeUsage whether an OpenAI stream ends with a usage chunk
 */
record FakeAnswer(
        long id, String model, long createdSeconds, FakeScript script, List<String> texts, boolean includeUsage) {

    static final int PROMPT_TOKENS = 12;

    static FakeAnswer to(long id, JsonNode request, FakeScript script) {
        return new FakeAnswer(
                id,
                request.path("model").asText("fake"),
                System.currentTimeMillis() / 1_000,
                script,
                script.texts(lastUserText(request)),
                request.path("stream_options").path("include_usage").asBoolean(false));
    }

    String text() {
        return String.join("", texts);
    }

    /** The text of one piece; a stamped one is made now. */
    String piece(int index) {
        return script.content() == FakeScript.Content.STAMPED
                ? index + "@" + System.nanoTime() + " "
                : texts.get(index);
    }

    int completionTokens() {
        return texts.size() + 9 * script.toolCalls().size();
    }

    /** The first word of the last user message. */
    static String firstWord(JsonNode request) {
        var text = lastUserText(request).strip();
        int space = text.indexOf(' ');
        return space < 0 ? text : text.substring(0, space);
    }

    private static String lastUserText(JsonNode request) {
        var text = new StringBuilder();
        for (JsonNode message : request.path("messages")) {
            if ("user".equals(message.path("role").asText())) {
                text.setLength(0);
                var content = message.path("content");
                if (content.isTextual()) {
                    text.append(content.textValue());
                } else {
                    content.forEach(part -> text.append(part.path("text").asText()));
                }
            }
        }
        return text.toString();
    }
}
