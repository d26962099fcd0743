package dev.gaia.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

/** What a client of chat completions makes of an answer. */
final class CompletionView {

    private CompletionView() {}

    static Seen of(DrillReply reply) {
        var text = new StringBuilder();
        var finish = "";
        JsonNode error = MissingNode.getInstance();
        JsonNode gateway = MissingNode.getInstance();
        var events = reply.data();
        for (var event : events) {
            var choice = event.path("choices").path(0);
            text.append(choice.at("/delta/content").asText(""));
            text.append(choice.at("/message/content").asText(""));
            finish = choice.path("finish_reason").asText(finish);
            finish = "null".equals(finish) ? "" : finish;
            error = event.hasNonNull("error") ? event.get("error") : error;
            boolean detailed = reply.status() >= 400 && event.has("detail") && error.isMissingNode();
            error = detailed ? event.get("detail") : error;
            gateway = event.path("gateway").has("attempts") ? event.get("gateway") : gateway;
        }
        return new Seen(
                reply.status(),
                reply.headers(),
                text.toString(),
                finish,
                error,
                gateway,
                gateway.path("truncated").asBoolean(),
                reply.marked() || (!reply.stream() && !reply.broke()),
                reply.broke(),
                "",
                events,
                reply.millis());
    }
}
