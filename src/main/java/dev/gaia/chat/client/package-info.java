/** The surfaces that speak a provider's own form: chat completions of OpenAI and messages of Anthropic. */
package dev.gaia.chat.client;
