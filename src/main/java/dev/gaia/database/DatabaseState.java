package dev.gaia.database;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What this process last saw of the database; for health and for decisions that must not wait. */
public final class DatabaseState {

    private final AtomicReference<Seen> seen =
            new AtomicReference<>(new Seen(false, false, Optional.of("not asked yet")));

    /** True when the database answered the last time it was asked. */
    public boolean up() {
        return seen.get().up();
    }

    /** True when the schema is the one this release needs. */
    public boolean migrated() {
        return seen.get().migrated();
    }

    /** Why the database is down or not migrated, fit for a health page: no address, no credentials, no SQL. */
    public Optional<String> problem() {
        return seen.get().problem();
    }

    void answered() {
        seen.updateAndGet(before -> new Seen(
                true, before.migrated(), before.migrated() ? Optional.empty() : Optional.of("schema not migrated")));
    }

    void migrationDone() {
        seen.set(new Seen(true, true, Optional.empty()));
    }

    void migrationFailed(String problem) {
        seen.set(new Seen(true, false, Optional.of(problem)));
    }

    void silent(String problem) {
        seen.updateAndGet(before -> new Seen(false, before.migrated(), Optional.of(problem)));
    }

    private record Seen(boolean up, boolean migrated, Optional<String> problem) {}
}
