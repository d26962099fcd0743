/** Stand-ins that make one command enough; each is off as soon as the real thing is configured. */
package dev.gaia.embedded;
