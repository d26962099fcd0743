/** What callers ask of the stored assets, and how rows become answers. */
package dev.gaia.asset.search;
