/** Who makes assets, and the calls to them. */
package dev.gaia.asset.provider;
