/** Assets: pictures, textures, models and sounds that are found, made, kept and priced. */
package dev.gaia.asset;
