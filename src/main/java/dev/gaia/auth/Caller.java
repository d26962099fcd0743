package dev.gaia.auth;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Who is asking.
 *
 * @param userId stable id for history, personas and usage; the same whichever credential the person uses
 * @param kind how the person was told
 * @param email empty when the credential names none
 * @param admin true when the credential is one of an administrator
 */
public record Caller(String userId, Kind kind, Optional<String> email, boolean admin) {

    public Caller {
        requireNonNull(userId, "userId is null");
        requireNonNull(kind, "kind is null");
        requireNonNull(email, "email is null");
    }

    /** Somebody who administrates nothing. */
    public Caller(String userId, Kind kind, Optional<String> email) {
        this(userId, kind, email, false);
    }

    /** What the caller showed; {@link #id()} is its name in headers and documents. */
    public enum Kind {
        TOKEN("jwt"),
        API_KEY("user_api_key");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        public String id() {
            return id;
        }
    }
}
