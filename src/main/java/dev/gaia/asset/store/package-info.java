/** Where the files of assets are kept, and how they are handed out. */
package dev.gaia.asset.store;
