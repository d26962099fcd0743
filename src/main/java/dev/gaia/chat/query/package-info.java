/** What the chat segment's routes need around their SQL. */
package dev.gaia.chat.query;
