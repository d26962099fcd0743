/**
 * Which route files a process loads, and what is said when one of them is wrong.
 *
 * <p>A good start pays for a listing of the folder and a look at Camel's model; the files themselves are read here only
 * to explain a refusal, on a reload, or for {@code scripts/routes}.
 */
package dev.gaia.routes;
