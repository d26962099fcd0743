/** The chat segment: reads a request, assembles the call of a model, remembers and answers. */
package dev.gaia.chat;
