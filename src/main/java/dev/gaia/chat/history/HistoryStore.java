package dev.gaia.chat.history;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Where dialogues are kept for good; one interface, so that tests can let it fail. */
public interface HistoryStore {

    /** One thing to do, in the order in which it was asked for. */
    sealed interface Change {

        HistoryKey key();

        /** Stores an entry; storing it again does nothing. */
        record Add(HistoryEntry entry) implements Change {
            @Override
            public HistoryKey key() {
                return entry.key();
            }
        }

        /** Makes a stored conversation of the caller that could not be made at once, before what is said in it. */
        record Open(HistoryKey key, Optional<String> email, String title) implements Change {}

        /** Deletes the dialogue as it is at this point. */
        record Clear(HistoryKey key) implements Change {}
    }

    /**
     * Applies the changes in their order, all or none.
     *
     * @throws SQLException when none was applied, or when that is unknown; trying again is safe
     */
    void apply(List<Change> changes) throws SQLException;

    /** Deletes what is older than the newest {@code kept} entries of a dialogue. */
    void prune(HistoryKey key, int kept) throws SQLException;
}
