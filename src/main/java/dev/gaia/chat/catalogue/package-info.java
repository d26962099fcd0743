/** The models there are: what each can do and costs, who serves it, and how long a text is in its tokens. */
package dev.gaia.chat.catalogue;
