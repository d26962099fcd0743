/** The form of the log: one line for each event, labels and colours of the platform, JSON when asked. */
package dev.gaia.ops.log;
