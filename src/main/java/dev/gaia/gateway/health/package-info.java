/** The single steps of {@code GET /health}; their order is in {@code routes/gateway/gateway-health.camel.yaml}. */
package dev.gaia.gateway.health;
