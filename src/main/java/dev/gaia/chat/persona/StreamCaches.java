package dev.gaia.chat.persona;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.PersonaCache;
import dev.gaia.chat.tools.ToolSets;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import dev.gaia.link.GaiaHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The steps that show and empty what streams find in memory instead of loading it: personas of the caller and of all,
 * and sets of tools, which belong to no user, by their activity.
 */
final class StreamCaches {

    private final PersonaCache personas;
    private final ToolSets tools;
    private final PersonaNotice notice;

    StreamCaches(PersonaCache personas, ToolSets tools, PersonaNotice notice) {
        this.personas = personas;
        this.tools = tools;
        this.notice = notice;
    }

    /** Leaves the figures in the variable {@code caches}; of the keys only the caller's own are told. */
    void describeStreamCaches(Exchange exchange) {
        var figures = JsonNodeFactory.instance
                .objectNode()
                .put("persona_cache_entries", personas.size())
                .put("tools_cache_entries", tools.size());
        var keys = figures.putArray("persona_cache_keys");
        personas.keysOf(exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class))
                .forEach(keys::add);
        tools.activities().forEach(figures.putArray("tools_cache_keys")::add);
        exchange.setVariable("caches", figures);
    }

    /**
     * Empties the caches that the query names, of one user if it names one. Leaves what was asked for in the variable
     * {@code emptied} and the notice for other processes as the body. Unknown names empty nothing.
     */
    void emptyStreamCaches(Exchange exchange) {
        Map<?, ?> query = exchange.getVariable("query", Map.of(), Map.class);
        if (!(query.get("cache_type") instanceof String type)) {
            throw Failure.invalid(FailureCode.CHAT_INVALID_REQUEST, List.of(Issue.missing("query", "cache_type")));
        }
        var user = Optional.ofNullable((String) query.get("user_id"));
        if ("persona".equals(type) || "all".equals(type)) {
            personas.forget(user);
        }
        if ("tools".equals(type) || "all".equals(type)) {
            tools.invalidate(Optional.ofNullable((String) query.get("activity")));
        }
        exchange.setVariable(
                "emptied",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("cache_type", type)
                        .put("user_id", user.orElse(null))
                        .put("activity", (String) query.get("activity")));
        exchange.getMessage().setBody(notice.of(user));
    }
}
