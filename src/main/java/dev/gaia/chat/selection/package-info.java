/** Which model answers: as named, preferred or scored, and what is tried after it. */
package dev.gaia.chat.selection;
