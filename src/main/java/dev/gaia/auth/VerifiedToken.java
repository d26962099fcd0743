package dev.gaia.auth;

import java.time.Instant;

/** A token whose signature, audience and times are right. */
record VerifiedToken(Caller caller, Instant expiresAt) {}
