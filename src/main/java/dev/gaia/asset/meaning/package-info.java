/** Search by meaning: the vectors of texts, who makes them, and which assets are near. */
package dev.gaia.asset.meaning;
