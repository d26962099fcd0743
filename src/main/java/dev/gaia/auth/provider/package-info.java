/** The identity provider that keeps the accounts: which one it is, and how it is called. */
package dev.gaia.auth.provider;
