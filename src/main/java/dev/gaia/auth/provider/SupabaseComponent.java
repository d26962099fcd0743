package dev.gaia.auth.provider;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * The component {@code supabase:<path>}: one call of the identity provider's REST API, {@code POST /auth/v1/<path>}.
 *
 * <p>In: a JSON document. Out: the provider's JSON document, and its status in variable {@code providerStatus}, 200 to
 * 499. Fails with {@link ProviderUnavailable} when there is no such answer. Parameters: {@code query}, one
 * {@code name=value} for the address; {@code token}, name of a variable with the caller's token, sent instead of the
 * public key. Nothing else of the exchange reaches the provider, and no data of a request its address.
 */
public final class SupabaseComponent extends DefaultComponent {

    private final BoundedHttp http;
    private final ProviderAddress provider;
    private final Optional<String> publicKey;
    private final ObjectMapper mapper;

    SupabaseComponent(BoundedHttp http, ProviderAddress provider, Optional<String> publicKey, ObjectMapper mapper) {
        this.http = http;
        this.provider = provider;
        this.publicKey = publicKey;
        this.mapper = mapper;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String path, Map<String, Object> parameters) {
        var query = getAndRemoveParameter(parameters, "query", String.class, "");
        var token = getAndRemoveParameter(parameters, "token", String.class, "");
        var call = new CallProvider(http, provider, publicKey, mapper, "/auth/v1/" + path + encoded(query), token);
        return new SupabaseEndpoint(uri, this, call);
    }

    private static String encoded(String query) {
        if (query.isEmpty()) {
            return "";
        }
        int equals = query.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("the query \"" + query + "\" must be written name=value");
        }
        return "?" + query.substring(0, equals + 1)
                + URLEncoder.encode(query.substring(equals + 1), StandardCharsets.UTF_8);
    }
}
