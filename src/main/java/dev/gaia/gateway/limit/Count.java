package dev.gaia.gateway.limit;

/**
 * Where a request stands among those of its caller.
 *
 * @param requests its number in the window, from 1
 * @param burst its number in the current second, from 1; 0 when that is not counted
 * @param end when the window ends, in seconds since 1970
 * @param left seconds until then, 1 or more
 */
record Count(long requests, long burst, long end, long left) {}
