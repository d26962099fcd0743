package dev.gaia.chat.files;

/**
 * The bounds of file access.
 *
 * @param fileMaxBytes of a file that is read or written
 * @param entriesMax entries of a folder that is listed
 * @param depthMax names on the way to a file
 */
record FileLimits(int fileMaxBytes, int entriesMax, int depthMax) {}
