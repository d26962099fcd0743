/** Files that callers contribute. */
package dev.gaia.asset.upload;
