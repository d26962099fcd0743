/** One turn of a dialogue: the variables routes keep of it, its record and its limits. */
package dev.gaia.chat.turn;
