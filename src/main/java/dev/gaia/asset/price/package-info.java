/** What assets cost: published sheets, estimates, and the table of real prices. */
package dev.gaia.asset.price;
