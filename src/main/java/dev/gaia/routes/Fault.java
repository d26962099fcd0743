package dev.gaia.routes;

/**
 * A mistake in a route file.
 *
 * @param path the file, as the operator named its folder
 * @param line from 1
 * @param wrong what is wrong, without a full stop
 * @param remedy what to write instead, starting with a verb
 */
public record Fault(String path, int line, String wrong, String remedy) {

    /** {@code path:line: error: X, write Y}, the form editors can jump to. */
    @Override
    public String toString() {
        return "%s:%d: error: %s, %s".formatted(path, line, wrong, remedy);
    }
}
