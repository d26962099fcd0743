package dev.gaia.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.auth.TokenVerifier;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/** Steps of the flows in {@code routes/identity} that make and check credentials. */
final class IdentitySteps {

    private static final String REFRESH_TOKEN = "refreshToken";

    private final IdentitySettings settings;
    private final ObjectMapper mapper;
    private final Optional<String> secret;
    private final Passwords passwords;
    private final TooManyGuesses guesses;
    private final TokenVerifier tokens;
    private final String issuer;
    private final Supplier<String> address;
    private Optional<SigningKey> key = Optional.empty();

    IdentitySteps(
            IdentitySettings settings,
            ObjectMapper mapper,
            Optional<String> secret,
            TokenVerifier tokens,
            String issuer,
            Supplier<String> address) {
        this.settings = settings;
        this.mapper = mapper;
        this.secret = secret;
        this.tokens = tokens;
        this.issuer = issuer;
        this.address = address;
        this.passwords = new Passwords(settings.checksMax());
        this.guesses = new TooManyGuesses(settings.guessesMax(), settings.guessesWindow());
    }

    /** Whether nobody may register. */
    public boolean closed() {
        return !settings.signup();
    }

    /** Turns the variable {@code password} into the parameter {@code passwordHash}. */
    void hashPassword(Exchange exchange) {
        String password = exchange.getVariable("password", String.class);
        exchange.removeVariable("password");
        Parameters.set(exchange, "passwordHash", passwords.hash(password));
    }

    /**
     * Compares the variable {@code password} with the account found, the body's rows of
     * {@code user_id, password_hash, confirmed}; who is right becomes parameter {@code user}.
     */
    void checkPassword(Exchange exchange) {
        String password = exchange.getVariable("password", String.class);
        exchange.removeVariable("password");
        String email = Parameters.get(exchange, "email");
        guesses.begin(email);
        Map<?, ?> account = row(exchange);
        String hash = account.get("password_hash") instanceof String text ? text : "";
        if (!passwords.matches(password, hash)) {
            throw IdentityConfiguration.wrongCredentials();
        }
        guesses.forget(email);
        if (!Boolean.TRUE.equals(account.get("confirmed"))) {
            throw new IdentityRefusal(400, "email_not_confirmed", "Email not confirmed");
        }
        Parameters.set(exchange, "user", String.valueOf(account.get("user_id")));
    }

    /** Makes a session's name and first refresh token, for the user in parameter {@code user}. */
    void beginSession(Exchange exchange) {
        Parameters.set(exchange, "session", UUID.randomUUID().toString());
        Parameters.set(exchange, "sessionSeconds", settings.sessionTtl().toSeconds());
        renewSession(exchange);
    }

    /** Makes a refresh token; only its hash is a parameter. The key that will sign goes along, to be published. */
    void renewSession(Exchange exchange) {
        String token = Secret.random();
        exchange.setVariable(REFRESH_TOKEN, token);
        Parameters.set(exchange, "refreshHash", Secret.hash(token));
        Parameters.set(exchange, "kid", key().kid());
        Parameters.set(exchange, "publicJwk", key().publicJwk());
    }

    /** Makes the answer that opens or renews a session: an access token, the refresh token, the user in the body's row. */
    void writeSession(Exchange exchange) throws JsonProcessingException {
        JsonNode user = mapper.readTree(String.valueOf(row(exchange).get("document")));
        long now = Instant.now().getEpochSecond();
        long end = now + settings.tokenTtl().toSeconds();
        var answer = mapper.createObjectNode()
                .put("access_token", accessToken(user, Parameters.get(exchange, "session"), now, end))
                .put("token_type", "bearer")
                .put("expires_in", settings.tokenTtl().toSeconds())
                .put("expires_at", end)
                .put("refresh_token", exchange.getVariable(REFRESH_TOKEN, String.class))
                .set("user", user);
        exchange.removeVariable(REFRESH_TOKEN);
        answer(exchange, answer);
    }

    /** Makes the user in the body's row the answer. */
    void writeUser(Exchange exchange) throws JsonProcessingException {
        answer(exchange, mapper.readTree(String.valueOf(row(exchange).get("document"))));
    }

    /** Takes over what the statement found: {@code user}, and {@code session} if there is one, as parameters. */
    void takeUser(Exchange exchange) {
        row(exchange).forEach((name, value) -> Parameters.set(exchange, String.valueOf(name), value));
    }

    /**
     * Answers somebody whose address must be confirmed, with a user nobody has: the answer for an address that is known
     * already is the same.
     */
    void writeUnconfirmed(Exchange exchange) throws JsonProcessingException {
        String now = Instant.now().toString();
        var user = mapper.createObjectNode()
                .put("id", UUID.randomUUID().toString())
                .put("aud", "authenticated")
                .put("role", "")
                .put("email", Parameters.get(exchange, "email"))
                .put("phone", "")
                .put("confirmation_sent_at", now)
                .put("created_at", now)
                .put("updated_at", now)
                .put("is_anonymous", false);
        user.putObject("app_metadata")
                .put("provider", "email")
                .putArray("providers")
                .add("email");
        user.set("user_metadata", mapper.readTree(Parameters.get(exchange, "data")));
        user.putArray("identities");
        answer(exchange, user);
    }

    /** Answers with the public keys in the body's rows. */
    void writeKeys(Exchange exchange) throws JsonProcessingException {
        var document = mapper.createObjectNode();
        var keys = document.putArray("keys");
        for (Object found : exchange.getMessage().getBody(List.class)) {
            keys.add(mapper.readTree(String.valueOf(((Map<?, ?>) found).get("public_jwk"))));
        }
        answer(exchange, document);
    }

    /** Which sessions a logout means, as parameter {@code scope}. */
    void readScope(Exchange exchange) {
        var query = exchange.getVariable("query", Map.class);
        Object asked = query == null ? null : query.get("scope");
        String scope = asked == null ? "global" : asked.toString();
        if (!List.of("global", "local", "others").contains(scope)) {
            throw IdentityRefusal.invalid("Unsupported logout scope");
        }
        Parameters.set(exchange, "scope", scope);
    }

    /** Writes the link that confirms an address, {@code confirmationLink}, and whose, {@code confirmationAddress}. */
    void writeConfirmation(Exchange exchange) {
        exchange.setVariable("confirmationAddress", Parameters.get(exchange, "email"));
        String token = exchange.getVariable("confirmationToken", String.class);
        exchange.removeVariable("confirmationToken");
        exchange.setVariable("confirmationLink", address.get() + "/auth/v1/verify?type=signup&token=" + token);
    }

    /** Says who holds the token of the request: parameters {@code user} and {@code session}. */
    void readSession(Exchange exchange) {
        String token = exchange.getVariable("token", String.class);
        exchange.removeVariable("token");
        if (token == null) {
            throw new IdentityRefusal(401, "no_authorization", "This endpoint requires a valid Bearer token");
        }
        var verified = tokens.verify(token)
                .filter(valid ->
                        valid.sessionId().isPresent() && isUuid(valid.caller().userId()))
                .orElseThrow(() -> new IdentityRefusal(
                        403, "bad_jwt", "invalid JWT: unable to parse or verify signature or claims"));
        Parameters.set(exchange, "user", verified.caller().userId());
        Parameters.set(exchange, "session", verified.sessionId().orElseThrow());
    }

    /** Makes the token of a confirmation link, variable {@code confirmationToken}; only its hash is a parameter. */
    void makeConfirmation(Exchange exchange) {
        String token = Secret.random();
        exchange.setVariable("confirmationToken", token);
        Parameters.set(exchange, "tokenHash", Secret.hash(token));
        Parameters.set(
                exchange, "confirmationSeconds", settings.confirmationTtl().toSeconds());
    }

    private String accessToken(JsonNode user, String session, long now, long end) throws JsonProcessingException {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("sub", user.path("id").asText());
        claims.put("aud", "authenticated");
        claims.put("iat", now);
        claims.put("exp", end);
        claims.put("email", user.path("email").asText());
        claims.put("phone", "");
        claims.put("app_metadata", mapper.treeToValue(user.path("app_metadata"), Map.class));
        claims.put("user_metadata", mapper.treeToValue(user.path("user_metadata"), Map.class));
        claims.put("role", "authenticated");
        claims.put("aal", "aal1");
        claims.put("amr", List.of(Map.of("method", "password", "timestamp", now)));
        claims.put("session_id", session);
        claims.put("is_anonymous", false);
        return key().sign(claims);
    }

    /** Made when it is needed first, since most processes never sign. */
    private synchronized SigningKey key() {
        if (key.isEmpty()) {
            key = Optional.of(SigningKey.of(secret));
        }
        return key.get();
    }

    private static void answer(Exchange exchange, JsonNode document) {
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "application/json");
        exchange.getMessage().setBody(document.toString());
    }

    private static boolean isUuid(String text) {
        try {
            return UUID.fromString(text).toString().equalsIgnoreCase(text);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The first row a statement has found; empty when there is none. */
    private static Map<?, ?> row(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof List<?> rows
                        && !rows.isEmpty()
                        && rows.getFirst() instanceof Map<?, ?> row
                ? row
                : Map.of();
    }
}
