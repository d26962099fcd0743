package dev.gaia.chat.mcp;

import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;

/** The table {@code mcp_tools}. */
final class PostgresApprovals implements ApprovalStore {

    private static final String NOTE = """
            with listed as (
                select * from unnest(?::text[], ?::text[], ?::text[], ?::text[])
                with ordinality as one (fingerprint, tool, description, schema, place)),
            gone as (
                delete from mcp_tools where server = ? and not approved
                and fingerprint not in (select fingerprint from listed))
            insert into mcp_tools (server, fingerprint, tool, description, schema, approved)
            select ?, fingerprint, tool, description, schema,
                place <= ? and not exists (select from mcp_tools where server = ?)
            from listed on conflict do nothing""";
    private static final String APPROVED = "select fingerprint from mcp_tools where server = ? and approved";

    private final DataSource dataSource;

    PostgresApprovals(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Set<String> note(String server, List<McpTool> listed, int firstMax) throws SQLException {
        try (var connection = dataSource.getConnection()) {
            try (var statement = connection.prepareStatement(NOTE)) {
                statement.setArray(1, texts(connection, listed, McpTool::fingerprint));
                statement.setArray(2, texts(connection, listed, McpTool::name));
                statement.setArray(3, texts(connection, listed, McpTool::description));
                statement.setArray(
                        4, texts(connection, listed, tool -> tool.schema().toString()));
                statement.setString(5, server);
                statement.setString(6, server);
                statement.setInt(7, firstMax);
                statement.setString(8, server);
                statement.executeUpdate();
            }
            // By itself, because it must see what another process noted at the same moment.
            try (var statement = connection.prepareStatement(APPROVED)) {
                statement.setString(1, server);
                try (var rows = statement.executeQuery()) {
                    Set<String> approved = new HashSet<>();
                    while (rows.next()) {
                        approved.add(rows.getString(1));
                    }
                    return approved;
                }
            }
        }
    }

    /** PostgreSQL takes no NUL in a text; what is kept is for people to read. */
    private static Array texts(Connection connection, List<McpTool> tools, Function<McpTool, String> value)
            throws SQLException {
        return connection.createArrayOf(
                "text",
                tools.stream()
                        .map(value)
                        .map(text -> text.replace('\0', '\uFFFD'))
                        .toArray());
    }
}
