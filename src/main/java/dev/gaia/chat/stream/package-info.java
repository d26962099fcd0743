/** Streams of frames: answers that begin before the model was asked, written by routes frame by frame. */
package dev.gaia.chat.stream;
