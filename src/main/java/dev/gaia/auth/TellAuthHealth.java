package dev.gaia.auth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.auth.provider.ProviderChoice;
import dev.gaia.ops.DependencyState;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that answers with the health in the variables {@code health}, {@code database} and {@code supabase}. */
@Component("tellAuthHealth")
final class TellAuthHealth implements Processor {

    private static final DateTimeFormatter NAIVE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");

    private final AuthSettings settings;
    private final ProviderChoice provider;

    TellAuthHealth(AuthSettings settings, ProviderChoice provider) {
        this.settings = settings;
        this.provider = provider;
    }

    @Override
    public void process(Exchange exchange) {
        var health = JsonNodeFactory.instance.objectNode();
        health.put("service", "auth");
        health.put("status", exchange.getVariable("health", String.class));
        health.put("timestamp", LocalDateTime.now(ZoneOffset.UTC).format(NAIVE));
        describe(health.putObject("database"), "database", "postgresql", state(exchange, "database"));
        var supabase = state(exchange, "supabase");
        describe(health.putObject("supabase"), "service", "supabase", supabase)
                .put("url", supabase.configured() ? settings.supabaseUrl().orElse(null) : null)
                .put("configured", supabase.configured());
        health.put("identity_provider", provider.id());
        health.put("version", TellAuthStatus.SERVICE_VERSION);
        JsonBodies.answer(exchange, health);
    }

    /** What is not configured is not missed. */
    private static ObjectNode describe(ObjectNode entry, String key, String name, DependencyState state) {
        entry.put("status", state.up() || !state.configured() ? "healthy" : "unhealthy");
        entry.put(key, name);
        entry.put("responsive", state.up());
        state.problem().ifPresent(problem -> entry.put("error", problem));
        return entry;
    }

    private static DependencyState state(Exchange exchange, String variable) {
        return exchange.getVariable(variable, DependencyState.class);
    }
}
