/** Tools that models may ask for: which are offered, how they run, and what comes back. */
package dev.gaia.chat.tools;
