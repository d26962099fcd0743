package dev.gaia.auth;

import java.time.Instant;
import java.util.Optional;

/**
 * A token whose signature, audience and times are right.
 *
 * @param sessionId the session it belongs to, when it names one
 */
public record VerifiedToken(Caller caller, Instant expiresAt, Optional<String> sessionId) {}
