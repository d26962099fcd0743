/** Figures of what models did: performance in memory, usage in the database. */
package dev.gaia.chat.figures;
