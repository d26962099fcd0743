/** What happens before Spring starts and when it cannot: settings from the environment, preflight, the last sentence. */
package dev.gaia.launch;
