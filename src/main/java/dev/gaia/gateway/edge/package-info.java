/**
 * The HTTP edge: a Camel {@code platform-http} engine on Vert.x. It decides what may reach a route, runs each request's
 * exchange on a virtual thread of its own and writes the answer, whole or piece by piece.
 */
package dev.gaia.gateway.edge;
