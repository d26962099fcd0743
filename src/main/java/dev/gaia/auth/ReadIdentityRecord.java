package dev.gaia.auth;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Step that reads an identity record passed between services into the variables {@code authType}, {@code userId},
 * {@code service} and {@code keyDigest}, each absent when it is no text, and keeps the record as variable
 * {@code identity} for the answer.
 */
@Component("readIdentityRecord")
final class ReadIdentityRecord implements Processor {

    private final JsonBodies bodies;

    ReadIdentityRecord(JsonBodies bodies) {
        this.bodies = bodies;
    }

    @Override
    public void process(Exchange exchange) {
        JsonNode document = bodies.object(exchange);
        var key = text(document, "api_key").or(() -> text(document, "key"));
        var identity = new IdentityRecord(
                text(document, "auth_type").orElse(""), text(document, "user_id"), key, text(document, "service"));
        exchange.getMessage().setBody("");
        exchange.setVariable(IdentityRecord.VARIABLE, identity);
        exchange.setVariable("authType", identity.authType());
        identity.userId().ifPresent(id -> exchange.setVariable("userId", id));
        identity.service().ifPresent(name -> exchange.setVariable("service", name));
        key.ifPresent(text -> exchange.setVariable(CredentialVariables.KEY_DIGEST, KeyText.digest(text)));
    }

    private static Optional<String> text(JsonNode document, String name) {
        return Optional.ofNullable(document.path(name).textValue()).filter(text -> !text.isEmpty());
    }
}
