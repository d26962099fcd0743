package dev.gaia.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** What a client of either form reads in a stream: text, arguments of tools, how it ended, and whether it was told so. */
record MessagesReader(String text, String arguments, String ending, boolean whole, String error, int beginnings) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** Reads a stream in the form of the operation at this path. */
    static MessagesReader of(String path, String body) {
        return path.contains("messages") ? anthropic(body) : openAi(body);
    }

    /** Reads a stream in OpenAI's form. */
    static MessagesReader openAi(String body) {
        var text = new StringBuilder();
        var arguments = new StringBuilder();
        var ending = "";
        var error = "";
        boolean done = false;
        for (var line : body.lines().filter(line -> line.startsWith("data: ")).toList()) {
            if ("data: [DONE]".equals(line)) {
                done = true;
                continue;
            }
            var event = json(line.substring(6));
            var choice = event.path("choices").path(0);
            text.append(choice.at("/delta/content").asText(""));
            choice.at("/delta/tool_calls")
                    .forEach(call ->
                            arguments.append(call.at("/function/arguments").asText("")));
            ending = choice.path("finish_reason").asText(ending);
            ending = "null".equals(ending) ? "" : ending;
            error = event.hasNonNull("error") ? event.get("error").toString() : error;
        }
        return new MessagesReader(text.toString(), arguments.toString(), ending, done, error, 1);
    }

    /** Reads a stream in Anthropic's form. */
    static MessagesReader anthropic(String body) {
        var text = new StringBuilder();
        var arguments = new StringBuilder();
        var ending = "";
        var error = "";
        boolean stopped = false;
        int beginnings = 0;
        for (var line : body.lines().filter(line -> line.startsWith("data: ")).toList()) {
            var event = json(line.substring(6));
            text.append(event.at("/delta/text").asText(""));
            arguments.append(event.at("/delta/partial_json").asText(""));
            ending = event.at("/delta/stop_reason").asText(ending);
            beginnings += "message_start".equals(event.path("type").asText()) ? 1 : 0;
            stopped |= "message_stop".equals(event.path("type").asText());
            error = event.hasNonNull("error") ? event.get("error").toString() : error;
        }
        return new MessagesReader(text.toString(), arguments.toString(), ending, stopped, error, beginnings);
    }

    private static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the client would throw on " + text, e);
        }
    }

    /** The whole text once, with a proper end. */
    boolean wholeText() {
        return text.equals(DrillText.WHOLE) && ended("stop", "end_turn");
    }

    /** The whole call once, with a proper end. */
    boolean wholeCall() {
        return arguments.equals(Recorded.ARGUMENTS) && text.isEmpty() && ended("tool_calls", "tool_use");
    }

    private boolean ended(String openAi, String anthropic) {
        return (ending.equals(openAi) || ending.equals(anthropic)) && whole && error.isEmpty() && beginnings == 1;
    }

    /** An error that nobody can miss, and no ending that says otherwise. */
    boolean interrupted() {
        boolean part = DrillText.WHOLE.startsWith(text) && Recorded.ARGUMENTS.startsWith(arguments);
        return part && ending.isEmpty() && !error.isEmpty() && beginnings <= 1;
    }
}
