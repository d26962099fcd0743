/**
 * What happens to a stream that breaks off after its first piece: section 11 of the failure contract. Another model
 * goes on where the first one stopped, or the client is told that the answer is not whole.
 */
package dev.gaia.chat.rescue;
