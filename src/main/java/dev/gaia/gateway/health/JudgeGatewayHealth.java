package dev.gaia.gateway.health;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.ops.DependencyState;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Step that makes the document of {@code GET /health} from the probes of the services and the variables
 * {@code database} and {@code supabase}.
 */
@Component("judgeGatewayHealth")
final class JudgeGatewayHealth implements Processor {

    /** Build of the gateway's interface, as clients know it. */
    private static final String INTERFACE_VERSION = "0.2.0";

    private static final List<String> SERVICES = List.of("auth", "asset", "chat");
    private static final DateTimeFormatter NAIVE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");

    private final HealthSettings settings;
    private final Clock clock;
    private final String supabaseUrl;

    JudgeGatewayHealth(
            HealthSettings settings, Optional<Clock> clock, @Value("${gaia.auth.supabase-url:}") String supabaseUrl) {
        this.settings = settings;
        this.clock = clock.orElseGet(Clock::systemUTC);
        this.supabaseUrl = supabaseUrl;
    }

    @Override
    public void process(Exchange exchange) {
        var services = services(Optional.ofNullable(exchange.getVariable(ServiceProbe.SERVICES, JsonNode.class)));
        var database = exchange.getVariable("database", DependencyState.class);
        var supabase = exchange.getVariable("supabase", DependencyState.class);
        var health = JsonNodeFactory.instance.objectNode();
        health.put("status", status(services, database));
        health.put(
                "timestamp", LocalDateTime.now(clock.withZone(ZoneOffset.UTC)).format(NAIVE));
        health.put("version", INTERFACE_VERSION);
        health.set("services", services);
        health.set("database", database(database));
        health.set("redis", redis());
        health.set("supabase", supabase(supabase));
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(health.toString());
    }

    /** Every service has an entry, also those that were silent for too long. */
    private ObjectNode services(Optional<JsonNode> probes) {
        var services = JsonNodeFactory.instance.objectNode();
        for (String service : SERVICES) {
            var probe = probes.map(all -> all.get(service));
            services.set(
                    service,
                    probe.orElseGet(() -> JsonNodeFactory.instance
                            .objectNode()
                            .put("status", "unhealthy")
                            .put(
                                    "error",
                                    "No answer in %d ms"
                                            .formatted(settings.checkTimeout().toMillis()))));
        }
        return services;
    }

    private static String status(ObjectNode services, DependencyState database) {
        if (!database.up()) {
            return "unhealthy";
        }
        for (JsonNode service : services) {
            if (!"healthy".equals(service.path("status").asText())) {
                return "degraded";
            }
        }
        return "healthy";
    }

    private static ObjectNode database(DependencyState state) {
        var database = JsonNodeFactory.instance.objectNode();
        database.put("status", state.up() ? "healthy" : "unhealthy");
        database.put("database", "postgresql");
        database.put("responsive", state.up());
        state.problem().ifPresent(problem -> database.put("error", problem));
        return database;
    }

    /** Not used by this platform, and said to be so. */
    private static ObjectNode redis() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("status", "healthy")
                .put("connected", false)
                .put("configured", false);
    }

    private ObjectNode supabase(DependencyState state) {
        var supabase = JsonNodeFactory.instance.objectNode();
        supabase.put("status", state.up() || !state.configured() ? "healthy" : "unhealthy");
        supabase.put("service", "supabase");
        supabase.put("url", state.configured() ? supabaseUrl : null);
        supabase.put("responsive", state.up());
        if (!state.configured()) {
            supabase.put("configured", false);
        }
        state.problem().ifPresent(problem -> supabase.put("error", problem));
        return supabase;
    }
}
