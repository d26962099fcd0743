/** Fetches what providers made from the addresses they name, which nobody here chose. */
package dev.gaia.asset.fetch;
