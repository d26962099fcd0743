/** What operators see: the management port, health, figures, logs, and why a process does not start. */
package dev.gaia.ops;
