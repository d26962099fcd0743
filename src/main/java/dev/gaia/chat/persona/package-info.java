/** The catalogue of personas: checks of what callers send, and what is kept in memory of it. */
package dev.gaia.chat.persona;
