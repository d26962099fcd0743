/** Files below one folder: safe access to them, the MCP server that offers it, and the filesystem operations. */
package dev.gaia.chat.files;
