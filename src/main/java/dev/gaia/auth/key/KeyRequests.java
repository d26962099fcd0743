package dev.gaia.auth.key;

import dev.gaia.auth.CredentialDigest;
import dev.gaia.auth.JsonBodies;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.GaiaHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jdbc.JdbcConstants;

/**
 * The steps that read what an administrator asks for: each checks the request and leaves the values as parameters for
 * the statements of its route. A key that is made on the way is the variable {@code newKey}.
 */
final class KeyRequests {

    static final String NEW_KEY = "newKey";

    private static final int OVERLAP_MAX_SECONDS = (int) Duration.ofDays(30).toSeconds();

    private final JsonBodies bodies;
    private final String environment;
    private final InstantSource clock;

    KeyRequests(JsonBodies bodies, String environment, InstantSource clock) {
        this.bodies = bodies;
        this.environment = environment;
        this.clock = clock;
    }

    /** Parameters {@code keyId, keyHash, keyPrefix, name, permissions, expires, ownerId, ownerEmail}. */
    void readNewKey(Exchange exchange) {
        var fields = new KeyFields(bodies.object(exchange));
        var name = fields.text("name");
        var owner = fields.email("email");
        var permissions = fields.permissions("permissions");
        var expires = fields.momentAfter("expires_at", clock);
        Message message = exchange.getMessage();
        var caller = uuid(message.getHeader(GaiaHeaders.USER_ID, "", String.class));
        var callerEmail = Optional.ofNullable(message.getHeader(GaiaHeaders.USER_EMAIL, String.class));
        if (!fields.given("email") && caller.isEmpty() && callerEmail.isEmpty()) {
            fields.refuse("missing", "email", "Field required");
        }
        fields.check();

        var values = new HashMap<String, Object>();
        addNewKey(exchange, values);
        values.put("name", name.orElse("API key"));
        values.put("permissions", permissions.toString());
        values.put("expires", expires.map(Object::toString).orElse(""));
        UUID ownerId = owner.isPresent() ? UUID.randomUUID() : caller.orElseGet(UUID::randomUUID);
        values.put("ownerId", ownerId.toString());
        // Whoever signed in without an address gets one that nobody can write to.
        values.put("ownerEmail", owner.or(() -> callerEmail).orElse(ownerId + "@gaia.local"));
        use(exchange, values);
    }

    /** Parameters {@code keyId, name} (empty: as it is), {@code keepExpires, expires} (empty: never). */
    void readChange(Exchange exchange) {
        String id = id(exchange);
        var fields = new KeyFields(bodies.object(exchange));
        var name = fields.text("name");
        var expires = fields.moment("expires_at");
        if (!fields.given("name") && !fields.given("expires_at")) {
            fields.refuse("missing", "name", "Give name, expires_at or both");
        }
        fields.check();
        use(
                exchange,
                Map.of(
                        "keyId", id,
                        "otherId", id,
                        "name", name.orElse(""),
                        "keepExpires", Boolean.toString(!fields.given("expires_at")),
                        "expires", expires.map(Object::toString).orElse("")));
    }

    /** Parameters {@code otherId} (the key to replace), {@code keyId, keyHash, keyPrefix, overlap} (seconds). */
    void readRotation(Exchange exchange) {
        String id = id(exchange);
        var fields = new KeyFields(bodies.object(exchange));
        int overlap = fields.number("overlap_seconds", 0, OVERLAP_MAX_SECONDS);
        fields.check();
        var values = new HashMap<String, Object>();
        addNewKey(exchange, values);
        values.put("otherId", id);
        values.put("overlap", Integer.toString(overlap));
        use(exchange, values);
    }

    /** Parameter {@code keyId}. */
    void readId(Exchange exchange) {
        String id = id(exchange);
        use(exchange, Map.of("keyId", id, "otherId", id));
    }

    private void addNewKey(Exchange exchange, Map<String, Object> values) {
        var key = ApiKeyText.random(environment);
        String id = UUID.randomUUID().toString();
        values.put("keyId", id);
        values.put("otherId", id);
        values.put("keyHash", CredentialDigest.of(key.text()).hex());
        values.put("keyPrefix", key.prefix());
        exchange.setVariable(NEW_KEY, key);
    }

    private static void use(Exchange exchange, Map<String, Object> values) {
        exchange.getMessage().setBody("");
        exchange.getMessage().setHeader(JdbcConstants.JDBC_PARAMETERS, values);
    }

    /** What is no id of a key is the id of no key. */
    private static String id(Exchange exchange) {
        String text =
                exchange.getVariable("path", Map.of(), Map.class).get("key_id") instanceof String given ? given : "";
        return uuid(text).map(UUID::toString).orElseThrow(() -> Failure.of(FailureCode.AUTH_KEY_NOT_FOUND));
    }

    /** Only the usual spelling; Java's own parser takes shorter ones too. */
    private static Optional<UUID> uuid(String text) {
        return text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
                ? Optional.of(UUID.fromString(text))
                : Optional.empty();
    }
}
