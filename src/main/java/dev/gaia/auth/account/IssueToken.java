package dev.gaia.auth.account;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import dev.gaia.auth.AuthSettings;
import dev.gaia.auth.Caller;
import dev.gaia.auth.JsonBodies;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Step that answers with a token of the caller in variable {@code caller}, HS256 with the shared secret and good for 15
 * minutes. It carries what the key's owner is, not what the key may: an administrator's key makes no administrator.
 */
@Component("issueToken")
final class IssueToken implements Processor {

    private static final int SECONDS = 900;
    private static final int MIN_SECRET_BYTES = 32;

    private final AuthSettings settings;

    IssueToken(AuthSettings settings) {
        this.settings = settings;
    }

    @Override
    public void process(Exchange exchange) throws JOSEException {
        var caller = exchange.getVariable("caller", Caller.class);
        String email = caller.email().orElse(null);
        var answer = JsonNodeFactory.instance
                .objectNode()
                .put("access_token", token(caller.userId(), email))
                .put("token_type", "bearer")
                .put("expires_in", SECONDS);
        answer.putObject("user").put("id", caller.userId()).put("email", email);
        JsonBodies.answer(exchange, answer);
    }

    private String token(String user, String email) throws JOSEException {
        byte[] secret = settings.jwtSecret()
                .orElseThrow(
                        () -> Failure.of(FailureCode.GATEWAY_SERVICE_UNAVAILABLE, "No secret for tokens is configured"))
                .getBytes(StandardCharsets.UTF_8);
        long now = Instant.now().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        settings.jwtIssuer().ifPresent(issuer -> claims.put("iss", issuer));
        claims.put("aud", "authenticated");
        claims.put("sub", user);
        claims.put("user_id", user);
        Optional.ofNullable(email).ifPresent(text -> claims.put("email", text));
        claims.put("role", "authenticated");
        claims.put("user_metadata", Map.of("auth_source", "api_key_exchange"));
        claims.put("iat", now);
        claims.put("exp", now + SECONDS);
        var token = new JWSObject(new JWSHeader(JWSAlgorithm.HS256), new Payload(claims));
        // Padded as the verifier pads it.
        token.sign(new MACSigner(Arrays.copyOf(secret, Math.max(secret.length, MIN_SECRET_BYTES))));
        return token.serialize();
    }
}
