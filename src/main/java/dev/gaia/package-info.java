/** Gaia: an integration hub whose flows are the YAML files in {@code routes/}. */
package dev.gaia;
