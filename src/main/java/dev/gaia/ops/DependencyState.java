package dev.gaia.ops;

import java.util.Optional;

/**
 * How a thing outside this process is.
 *
 * @param configured false when this process does without it on purpose
 * @param up whether it answered when it was last asked
 * @param problem why not, fit for a page anybody may read: no address, no credentials
 */
public record DependencyState(boolean configured, boolean up, Optional<String> problem) {

    public static DependencyState notConfigured() {
        return new DependencyState(false, false, Optional.empty());
    }

    public static DependencyState answering() {
        return new DependencyState(true, true, Optional.empty());
    }

    public static DependencyState silent(String problem) {
        return new DependencyState(true, false, Optional.of(problem));
    }

    /** {@code connected}, {@code disconnected} or {@code not_configured}, as health documents say it. */
    public String word() {
        if (!configured) {
            return "not_configured";
        }
        return up ? "connected" : "disconnected";
    }

    /** {@code connected} or {@code disconnected}, for documents that know only these. */
    public String reached() {
        return up ? "connected" : "disconnected";
    }
}
