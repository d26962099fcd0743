/** What callers and models said before: a cache in memory, a table in PostgreSQL, and the queue between them. */
package dev.gaia.chat.history;
