/** Servers of the Model Context Protocol: which there are, how they run, and calls of their tools. */
package dev.gaia.chat.mcp;
