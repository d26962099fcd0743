package dev.gaia.asset.provider;

/**
 * The file of a stored asset that a provider adapts, as variable {@code baseFile}.
 *
 * @param format its extension
 */
@SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
public record BaseFile(byte[] bytes, String format) {}
