/** Temporary files: what is too large to be held in memory while it is worked on. */
package dev.gaia.spool;
