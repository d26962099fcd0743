package dev.gaia.ops.log;

import java.io.Console;
import java.util.Optional;

/** Whether a person is looking. */
final class Terminal {

    private Terminal() {}

    /** True when standard output is a terminal and nobody asked for no colour. */
    static boolean wantsColour() {
        return System.getenv("NO_COLOR") == null
                && Optional.ofNullable(System.console())
                        .filter(Terminal::isTerminal)
                        .isPresent();
    }

    /** From JDK 22 on there is a console also when there is no terminal, and a method that tells; before, neither. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }
}
