/** Credentials: who is asking, told from a signed token or an API key. */
package dev.gaia.auth;
