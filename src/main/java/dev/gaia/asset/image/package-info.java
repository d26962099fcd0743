/** Pictures: how large they are, and small ones made of them. */
package dev.gaia.asset.image;
