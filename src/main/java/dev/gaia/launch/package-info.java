/** What happens before Spring starts and around it: settings from the environment, stand-ins, the word to the script. */
package dev.gaia.launch;
