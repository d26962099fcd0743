/** Steps of the gateway's routes that a route cannot say itself. */
package dev.gaia.gateway;
