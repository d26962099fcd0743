package dev.gaia.chat.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The table {@code chat_histories}, and by {@link ConversationTables} the conversations. Its reads are in {@code routes/chat/}; batches are what a route cannot say. */
final class PostgresHistoryStore implements HistoryStore {

    private static final String INSERT = """
            insert into chat_histories (id, user_id, surface, role, content, served, created_at)
            select g.id, g.user_id, g.surface, g.role, g.content, g.served::jsonb, g.said_at
            from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamptz[])
                as g(id, user_id, surface, role, content, served, said_at)
            on conflict (id) do nothing""";
    private static final String DELETE = "delete from chat_histories where user_id = ? and surface = ?";
    private static final String PRUNE = """
            delete from chat_histories where user_id = ? and surface = ? and seq < (
                select min(seq) from (
                    select seq from chat_histories where user_id = ? and surface = ? order by seq desc limit ?) newest)""";

    private final DataSource dataSource;

    PostgresHistoryStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void apply(List<Change> changes) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                run(connection, changes);
                connection.commit();
            } catch (SQLException e) {
                undo(connection, e);
                throw e;
            } finally {
                restore(connection);
            }
        }
    }

    private static void run(Connection connection, List<Change> changes) throws SQLException {
        List<HistoryEntry> entries = new ArrayList<>(changes.size());
        for (var change : changes) {
            switch (change) {
                case Change.Add add -> entries.add(add.entry());
                case Change.Open open -> ConversationTables.open(connection, open);
                case Change.Clear clear -> {
                    store(connection, entries);
                    entries.clear();
                    delete(connection, clear.key());
                }
            }
        }
        store(connection, entries);
    }

    private static void store(Connection connection, List<HistoryEntry> entries) throws SQLException {
        insert(
                connection,
                entries.stream().filter(entry -> !entry.key().isConversation()).toList());
        ConversationTables.insert(
                connection,
                entries.stream().filter(entry -> entry.key().isConversation()).toList());
    }

    private static void insert(Connection connection, List<HistoryEntry> entries) throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement(INSERT)) {
            statement.setArray(1, array(connection, "uuid", entries.stream().map(HistoryEntry::id)));
            statement.setArray(
                    2,
                    array(connection, "text", entries.stream().map(e -> e.key().userId())));
            statement.setArray(
                    3,
                    array(connection, "text", entries.stream().map(e -> e.key().surface())));
            statement.setArray(4, array(connection, "text", entries.stream().map(HistoryEntry::role)));
            statement.setArray(5, array(connection, "text", entries.stream().map(HistoryEntry::content)));
            statement.setArray(
                    6,
                    array(
                            connection,
                            "text",
                            entries.stream().map(e -> e.origin().served().orElse(null))));
            statement.setArray(
                    7, array(connection, "timestamptz", entries.stream().map(e -> Timestamp.from(e.createdAt()))));
            statement.executeUpdate();
        }
    }

    private static java.sql.Array array(Connection connection, String type, java.util.stream.Stream<?> values)
            throws SQLException {
        return connection.createArrayOf(type, values.toArray());
    }

    private static void delete(Connection connection, HistoryKey key) throws SQLException {
        try (var statement = connection.prepareStatement(DELETE)) {
            statement.setString(1, key.userId());
            statement.setString(2, key.surface());
            statement.executeUpdate();
        }
    }

    @Override
    public void prune(HistoryKey key, int kept) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(PRUNE)) {
            statement.setString(1, key.userId());
            statement.setString(2, key.surface());
            statement.setString(3, key.userId());
            statement.setString(4, key.surface());
            statement.setInt(5, kept);
            statement.executeUpdate();
        }
    }

    private static void undo(Connection connection, SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void restore(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // the connection is broken, and the pool finds out by itself
        }
    }
}
