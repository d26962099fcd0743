package dev.gaia.chat.provider;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * The component {@code model-http:<provider>}: one call of a model provider, in the provider's own JSON.
 *
 * <p>In: a JSON document, sent to {@code gaia.provider.endpoints.<provider>}. Out: the answer's JSON document, or, when
 * the request's {@code stream} is true, a {@link dev.gaia.mapping.JsonStream} of the answer's events. Fails with
 * {@link ProviderFailure}. Parameters: {@code path} below the base URL; {@code keyHeader} for the key, default
 * {@code Authorization} with {@code Bearer}; {@code fixedHeaders} as {@code name=value,name=value};
 * {@code idempotencyHeader} for the key of an attempt, none when empty. The limits are those of the variable
 * {@value Attempt#VARIABLE}. Nothing of the exchange but the body and the request's id reaches the provider.
 */
public final class ModelHttpComponent extends DefaultComponent {

    private final UpstreamClient client;
    private final ObjectMapper mapper;
    private final ClassifyFailure classify;

    public ModelHttpComponent(UpstreamClient client, ObjectMapper mapper, ClassifyFailure classify) {
        this.client = requireNonNull(client, "client is null");
        this.mapper = requireNonNull(mapper, "mapper is null");
        this.classify = requireNonNull(classify, "classify is null");
    }

    @Override
    protected Endpoint createEndpoint(String uri, String provider, Map<String, Object> parameters) {
        var path = getAndRemoveParameter(parameters, "path", String.class, "");
        var keyHeader = getAndRemoveParameter(parameters, "keyHeader", String.class, "Authorization");
        var fixedHeaders = getAndRemoveParameter(parameters, "fixedHeaders", String.class, "");
        var idempotencyHeader = getAndRemoveParameter(parameters, "idempotencyHeader", String.class, "");
        var target = client.target(provider, path, keyHeader, idempotencyHeader, headers(fixedHeaders));
        return new ModelHttpEndpoint(uri, this, new CallModel(client, mapper, classify, target));
    }

    private static Map<String, String> headers(String text) {
        Map<String, String> headers = new HashMap<>();
        for (var header : text.split(",", -1)) {
            int equals = header.indexOf('=');
            if (equals > 0) {
                headers.put(
                        header.substring(0, equals).strip(),
                        header.substring(equals + 1).strip());
            } else if (!header.isBlank()) {
                throw new IllegalArgumentException("the fixed header \"" + header + "\" must be written name=value");
            }
        }
        return headers;
    }
}
