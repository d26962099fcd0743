/** Generations: what is asked, how it is decided, and the jobs that cannot be lost. */
package dev.gaia.asset.job;
