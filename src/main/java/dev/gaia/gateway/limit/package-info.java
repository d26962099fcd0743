/** How often one caller may ask: counted in this process, or by all gateways together. */
package dev.gaia.gateway.limit;
