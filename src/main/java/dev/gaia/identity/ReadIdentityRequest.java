package dev.gaia.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/**
 * Reads requests to the identity provider. What a statement needs becomes a named parameter, a password the variable
 * {@code password}; the body is forgotten.
 */
final class ReadIdentityRequest {

    /** As browsers check an input of type email (HTML, 4.10.5.1.5), and a domain of at least two labels. */
    private static final Pattern EMAIL =
            Pattern.compile("[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
                    + "(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+");

    private static final int EMAIL_MAX_CHARACTERS = 254;

    /** All that bcrypt takes in. */
    private static final int PASSWORD_MAX_BYTES = 72;

    /** What users say about themselves travels in each of their tokens. */
    private static final int METADATA_MAX_CHARACTERS = 2_048;

    private final ObjectMapper mapper;
    private final IdentitySettings settings;

    ReadIdentityRequest(ObjectMapper mapper, IdentitySettings settings) {
        this.mapper = mapper;
        this.settings = settings;
    }

    /** Somebody registers: {@code email}, {@code password}, optional {@code data}. */
    void signup(Exchange exchange) {
        JsonNode request = body(exchange);
        if (!settings.signup()) {
            throw new IdentityRefusal(422, "signup_disabled", "Signups not allowed for this instance");
        }
        String password = text(request, "password")
                .filter(given -> !given.isEmpty())
                .orElseThrow(() -> IdentityRefusal.invalid("Signup requires a valid password"));
        String email = email(request);
        if (email.length() > EMAIL_MAX_CHARACTERS || !EMAIL.matcher(email).matches()) {
            throw IdentityRefusal.invalid("Unable to validate email address: invalid format");
        }
        requireGood(password);
        Parameters.set(exchange, "email", email);
        Parameters.set(exchange, "data", metadata(request));
        Parameters.set(exchange, "confirmed", settings.autoConfirm());
        Parameters.set(exchange, "pauseSeconds", settings.confirmationPause().toSeconds());
        exchange.setVariable("password", password);
    }

    /** Somebody signs in: {@code email} and {@code password}, not judged here. */
    void passwordGrant(Exchange exchange) {
        JsonNode request = body(exchange);
        String password = text(request, "password").orElse("");
        String email = email(request);
        if (email.length() > EMAIL_MAX_CHARACTERS || password.length() > PASSWORD_MAX_BYTES || email.indexOf(0) >= 0) {
            throw IdentityConfiguration.wrongCredentials();
        }
        Parameters.set(exchange, "email", email);
        exchange.setVariable("password", password);
    }

    /** A session goes on: {@code refresh_token}. */
    void refreshGrant(Exchange exchange) {
        String token = text(body(exchange), "refresh_token")
                .orElseThrow(() -> IdentityRefusal.invalid("refresh_token required"));
        Parameters.set(exchange, "old", Secret.hash(token));
        Parameters.set(exchange, "sessionSeconds", settings.sessionTtl().toSeconds());
    }

    /** Somebody confirms an address: {@code token} with {@code email}, or {@code token_hash}, which is the link's. */
    void confirmation(Exchange exchange) {
        JsonNode request = body(exchange);
        var token = text(request, "token_hash").or(() -> text(request, "token"));
        boolean known = text(request, "type")
                .filter(type -> type.equals("signup") || type.equals("email"))
                .isPresent();
        if (!known || token.isEmpty()) {
            throw IdentityRefusal.invalid("Verify requires a type of signup or email, and a token");
        }
        Parameters.set(exchange, "tokenHash", Secret.hash(token.get()));
        Parameters.set(exchange, "email", request.has("token_hash") ? "" : email(request));
    }

    /** Somebody wants the confirmation again: {@code email}. */
    void resend(Exchange exchange) {
        Parameters.set(exchange, "email", email(body(exchange)).replace("\u0000", ""));
        Parameters.set(exchange, "pauseSeconds", settings.confirmationPause().toSeconds());
    }

    /** A user changes the own account: optional {@code password}, optional {@code data}. */
    void change(Exchange exchange) {
        JsonNode request = body(exchange);
        if (text(request, "email").isPresent()) {
            throw IdentityRefusal.invalid("Changing the email address is not supported by the local provider");
        }
        Parameters.set(exchange, "data", metadata(request));
        text(request, "password").ifPresent(password -> {
            requireGood(password);
            exchange.setVariable("password", password);
        });
    }

    private void requireGood(String password) {
        if (password.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > PASSWORD_MAX_BYTES) {
            throw IdentityRefusal.invalid("Password cannot be longer than 72 characters");
        }
        if (password.length() < settings.passwordMinLength()) {
            throw new IdentityRefusal(
                    422,
                    "weak_password",
                    "Password should be at least %d characters.".formatted(settings.passwordMinLength()));
        }
    }

    private static String metadata(JsonNode request) {
        JsonNode data = request.path("data");
        String text = data.isObject() ? data.toString() : "{}";
        // PostgreSQL keeps no zero characters.
        if (text.length() > METADATA_MAX_CHARACTERS || text.contains("\\u0000")) {
            throw IdentityRefusal.invalid(
                    "User data must be an object of at most %d characters".formatted(METADATA_MAX_CHARACTERS));
        }
        return text;
    }

    private static String email(JsonNode request) {
        return text(request, "email").orElse("").strip().toLowerCase(Locale.ROOT);
    }

    private static Optional<String> text(JsonNode request, String name) {
        return Optional.ofNullable(request.path(name).textValue());
    }

    private JsonNode body(Exchange exchange) {
        byte[] bytes = exchange.getMessage().getBody(byte[].class);
        exchange.getMessage().setBody("");
        try {
            JsonNode read = mapper.readTree(bytes == null ? new byte[0] : bytes);
            if (read.isObject()) {
                return read;
            }
        } catch (IOException e) {
            // Its message may quote the body, which holds credentials.
        }
        throw new IdentityRefusal(400, "bad_json", "Could not parse request body as JSON");
    }
}
