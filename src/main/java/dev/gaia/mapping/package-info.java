/** The {@code mapping:} component: shapes of third parties, written as JSLT files in {@code mappings/}. */
package dev.gaia.mapping;
