package dev.gaia.auth.account;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.nimbusds.jwt.SignedJWT;
import dev.gaia.auth.JsonBodies;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.text.ParseException;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Step that takes the token of the session to end out of the body, {@code {"access_token"}}, into the variable
 * {@code accessToken}; absent without one. Only what has the form of a token may go to the provider, so that an API key
 * in the wrong place does not travel. Who the token speaks of becomes variable {@code accountUser}, unverified: it is
 * told to others only when the provider has taken the token. So is the session, variable {@code endedSession}.
 */
@Component("takeSession")
final class TakeSession implements Processor {

    private final JsonBodies bodies;

    TakeSession(JsonBodies bodies) {
        this.bodies = bodies;
    }

    @Override
    public void process(Exchange exchange) {
        JsonNode token = bodies.object(exchange).path("access_token");
        exchange.getMessage().setBody(JsonNodeFactory.instance.objectNode());
        if (token.isTextual()) {
            var claims = claims(token.textValue());
            text(claims, "sub").ifPresent(user -> exchange.setVariable("accountUser", user));
            text(claims, "session_id").ifPresent(session -> exchange.setVariable("endedSession", session));
            exchange.setVariable("accessToken", token.textValue());
        }
    }

    private static Map<String, Object> claims(String token) {
        try {
            return Optional.ofNullable(SignedJWT.parse(token).getPayload().toJSONObject())
                    .orElseThrow(() -> new ParseException("no claims", 0));
        } catch (ParseException | IllegalArgumentException e) {
            throw Failure.of(FailureCode.AUTH_REFUSED, "Logout failed: Invalid token");
        }
    }

    private static Optional<String> text(Map<String, Object> claims, String name) {
        return claims.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }
}
