/** The one PostgreSQL database: its address, its connections, its schema and whether it answers. */
package dev.gaia.database;
