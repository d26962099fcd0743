package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.turn.ChatVariables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;

/** The steps that choose the tools of a turn and hand them to the model. */
final class OfferTools {

    /** Those that clients of the reference send (semantics 13.2 and 14.1). */
    private static final Set<String> ACTIVITIES = Set.of(
            "chat",
            "development",
            "vr",
            "ar",
            "xr",
            "metaverse",
            "technical",
            "coding",
            "programming",
            "creative",
            "writing",
            "art");

    private static final String OTHER = "generic";

    private final ToolSets sets;
    private final ToolSettings settings;

    OfferTools(ToolSets sets, ToolSettings settings) {
        this.sets = sets;
        this.settings = settings;
    }

    /** Chooses the tools, from what the route, the settings, the activity and the persona say. */
    void chooseTools(Exchange exchange) {
        var set = offered(exchange);
        exchange.setVariable(ToolVariables.SET, set);
        exchange.setVariable(ToolVariables.OFFERED, !set.isEmpty());
        if (!set.isEmpty()) {
            exchange.setVariable(ChatVariables.TOOLS, set.descriptors());
        }
    }

    private ToolSet offered(Exchange exchange) {
        var groups = Optional.ofNullable(exchange.getVariable(ToolVariables.GROUPS, String.class))
                .map(text -> Set.of(text.split(",", -1)))
                .orElse(settings.offer());
        var capabilities = document(exchange, ChatVariables.PERSONA).path("capabilities");
        exchange.setVariable(ToolVariables.KNOWN, true);
        if (groups.isEmpty() || !usesTools(capabilities.path("tool_usage"))) {
            return ToolSet.NONE;
        }
        var request = document(exchange, ChatVariables.REQUEST);
        var choice = new ToolSets.Choice(
                groups,
                activity(request),
                allowed(capabilities.path("tools")),
                request.path("allow_tool_actions").asBoolean(false));
        exchange.setVariable(ToolVariables.KNOWN, sets.knows(choice));
        return sets.offered(choice);
    }

    /** Callers write it, and the status of the caches tells it to all: only what is known has a set of its own. */
    private static String activity(JsonNode request) {
        var activity = request.path("activity").asText("chat").toLowerCase(Locale.ROOT);
        return ACTIVITIES.contains(activity) ? activity : OTHER;
    }

    private static JsonNode document(Exchange exchange, String variable) {
        return exchange.getVariable(variable) instanceof JsonNode document ? document : MissingNode.getInstance();
    }

    /** A persona that says nothing of tools gets those of its turn (semantics 14.1); one that does must say yes. */
    private static boolean usesTools(JsonNode usage) {
        return absent(usage) || usage.asBoolean(false);
    }

    /** The persona's own list, or its only entry; a persona without one allows all, one that says anything else none. */
    private static Optional<List<String>> allowed(JsonNode tools) {
        if (absent(tools)) {
            return Optional.empty();
        }
        if (tools.isTextual()) {
            return Optional.of(List.of(tools.textValue()));
        }
        var patterns = new ArrayList<String>();
        if (tools.isArray()) {
            tools.forEach(pattern -> patterns.add(pattern.asText()));
        }
        return Optional.of(List.copyOf(patterns));
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    /**
     * Adds the chosen tools to the call, and their cost to the turn. A caller that brought tools of its own runs them
     * itself and is offered no others.
     */
    void useTools(Exchange exchange) {
        var set = ToolVariables.set(exchange);
        var call = exchange.getVariable(ChatVariables.CALL, ObjectNode.class);
        boolean offered = !set.isEmpty() && !call.hasNonNull("tools");
        exchange.setVariable(ToolVariables.OFFERED, offered);
        if (offered) {
            exchange.setVariable(ToolVariables.ROUNDS, new ToolRounds(settings));
            exchange.setVariable(ToolVariables.RUNS, JsonNodeFactory.instance.arrayNode());
            call.set("tools", set.descriptors());
            exchange.getVariable(ChatVariables.TURN, ObjectNode.class)
                    .putObject("tools")
                    .put("offered", set.tools().size())
                    .put("tokens", set.tokens());
        }
    }
}
