/**
 * Single steps of the identity provider that Gaia brings along. It speaks the REST API of Supabase Auth (GoTrue, as of
 * November 2026); what it does is in {@code routes/identity}.
 */
package dev.gaia.identity;
