/** Keeps store and database in step: files without an asset, assets without a file. */
package dev.gaia.asset.clean;
