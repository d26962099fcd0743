package dev.gaia.auth.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Sends the body to one operation of the identity provider and leaves its answer and status. */
final class CallProvider implements Processor {

    private final BoundedHttp http;
    private final ProviderAddress provider;
    private final Optional<String> publicKey;
    private final ObjectMapper mapper;
    private final String target;
    private final String tokenVariable;

    /**
     * Prepares an operation.
     *
     * @param target path and query
     * @param tokenVariable exchange variable that holds the caller's token; empty for none
     */
    CallProvider(
            BoundedHttp http,
            ProviderAddress provider,
            Optional<String> publicKey,
            ObjectMapper mapper,
            String target,
            String tokenVariable) {
        this.http = http;
        this.provider = provider;
        this.publicKey = publicKey;
        this.mapper = mapper;
        this.target = target;
        this.tokenVariable = tokenVariable;
    }

    @Override
    public void process(Exchange exchange) throws ProviderUnavailable, InterruptedException, IOException {
        var base = provider.base().orElseThrow(() -> new ProviderUnavailable("none is configured"));
        var request = HttpRequest.newBuilder(URI.create(base + target))
                .header("Content-Type", "application/json")
                .header("User-Agent", "Gaia/0.1")
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        mapper.writeValueAsBytes(exchange.getMessage().getBody(JsonNode.class))));
        publicKey.ifPresent(key -> request.header("apikey", key));
        token(exchange).or(() -> publicKey).ifPresent(token -> request.header("Authorization", "Bearer " + token));
        var answer = http.send(request.build());
        JsonNode document = document(answer);
        requireUsable(answer.status(), document);
        exchange.setVariable("providerStatus", answer.status());
        exchange.getMessage().setBody(document);
    }

    private Optional<String> token(Exchange exchange) {
        return tokenVariable.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(exchange.getVariable(tokenVariable, String.class));
    }

    /** An empty answer is an empty object, which is what the provider's clients make of it. */
    private JsonNode document(BoundedHttp.Answer answer) {
        if (answer.text().isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            return mapper.readTree(answer.text());
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static void requireUsable(int status, JsonNode document) throws ProviderUnavailable {
        if (status >= 500 || (status >= 300 && status < 400)) {
            throw new ProviderUnavailable("it answers with status " + status);
        }
        if (!document.isObject()) {
            throw new ProviderUnavailable("it answers with status " + status + " and no JSON object");
        }
        // Refusals of the account service carry a code; the gateway in front of it, which wants our key, gives none.
        if (status == 401 && !document.has("code") && !document.has("error_code")) {
            throw new ProviderUnavailable("it refuses the key in `gaia.auth.supabase-anon-key`");
        }
    }
}
