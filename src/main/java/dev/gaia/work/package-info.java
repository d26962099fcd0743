/** Work that must not be lost: queues on JetStream which all processes of a segment share. */
package dev.gaia.work;
