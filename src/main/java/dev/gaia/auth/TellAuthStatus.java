package dev.gaia.auth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.auth.provider.ProviderChoice;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Step that answers with the facts of the auth service ({@code AuthServiceStatus}). */
@Component("tellAuthStatus")
final class TellAuthStatus implements Processor {

    /** As clients of the platform know it; not the version of Gaia. */
    static final String SERVICE_VERSION = "0.2";

    private final AuthSettings settings;
    private final ProviderChoice provider;
    private final String environment;

    TellAuthStatus(AuthSettings settings, ProviderChoice provider, @Value("${gaia.environment}") String environment) {
        this.settings = settings;
        this.provider = provider;
        this.environment = environment;
    }

    @Override
    public void process(Exchange exchange) {
        var status = JsonNodeFactory.instance.objectNode();
        status.put("service", "auth");
        status.put("version", SERVICE_VERSION);
        status.put("environment", environment);
        status.put("debug", settings.debug());
        var features = status.putObject("features");
        features.put("jwt_validation", settings.jwtSecret().isPresent() || provider != ProviderChoice.NONE);
        features.put("api_key_validation", true);
        features.put("supabase_auth", settings.supabaseConfigured());
        features.put("user_registration", provider != ProviderChoice.NONE);
        JsonBodies.answer(exchange, status);
    }
}
