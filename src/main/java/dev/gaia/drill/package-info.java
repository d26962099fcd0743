/**
 * The fault lab: a model provider that fails in every way the failure contract names, a client that sees what came of
 * it, and the scorecard of both. Started by {@code scripts/drill}; no part of the server.
 */
package dev.gaia.drill;
