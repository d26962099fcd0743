/** Making, listing, changing and revoking API keys: the administrators' side of {@code dev.gaia.auth}. */
package dev.gaia.auth.key;
