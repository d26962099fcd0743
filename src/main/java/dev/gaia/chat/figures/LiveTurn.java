package dev.gaia.chat.figures;

import java.time.Instant;

/** A turn that has no end yet. */
record LiveTurn(String requestId, String userId, String provider, String model, Instant started) {}
