/** Single steps of the account flows: what a route in {@code routes/auth} cannot say. */
package dev.gaia.auth.account;
