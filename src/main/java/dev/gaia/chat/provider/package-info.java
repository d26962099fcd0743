/** Calls of model providers over HTTP: one attempt, whole or as a stream, within limits. */
package dev.gaia.chat.provider;
