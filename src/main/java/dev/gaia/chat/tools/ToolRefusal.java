package dev.gaia.chat.tools;

import java.io.Serial;

/** A call of a tool that is not made; the message tells the model why. */
final class ToolRefusal extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    ToolRefusal(String message) {
        super(message, null, false, false);
    }
}
