/** Stored conversations: whose they are, and checks of what callers send about them. */
package dev.gaia.chat.conversation;
