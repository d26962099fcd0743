package dev.gaia.chat.figures;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Writes batches of usage to {@code api_usage_costs}, which a route cannot say. A row that is there already stays as it
 * is, so that writing a batch again counts nothing twice. What reads the table is in {@code routes/chat/}.
 */
final class UsageStore {

    private static final String INSERT = """
            insert into api_usage_costs (log_id, user_id, provider_key, operation, units, unit_cost, total_cost, tokens,
                model, usage_metrics, billing_period, created_at)
            select l, u, p, 'text_completion', 1, c, round(c, 4), i + o, nullif(m, ''),
                jsonb_build_object('input_tokens', i, 'output_tokens', o)
                    || case when x then '{"cancelled": true}'::jsonb else '{}'::jsonb end, to_char(t, 'YYYY-MM'), t
            from unnest(?::text[], ?::text[], ?::text[], ?::numeric[], ?::int[], ?::int[], ?::text[], ?::timestamp[],
                ?::boolean[]) as rows (l, u, p, c, i, o, m, t, x)
            on conflict (log_id) do nothing""";

    private final DataSource dataSource;

    UsageStore(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    void insert(List<UsageRow> rows) throws SQLException {
        try (var connection = dataSource.getConnection();
                var statement = connection.prepareStatement(INSERT)) {
            statement.setArray(1, array(connection, "text", rows, UsageRow::logId));
            statement.setArray(2, array(connection, "text", rows, UsageRow::userId));
            statement.setArray(3, array(connection, "text", rows, UsageRow::providerKey));
            statement.setArray(4, array(connection, "numeric", rows, UsageRow::cost));
            statement.setArray(5, array(connection, "int4", rows, UsageRow::inputTokens));
            statement.setArray(6, array(connection, "int4", rows, UsageRow::outputTokens));
            statement.setArray(7, array(connection, "text", rows, UsageRow::model));
            statement.setArray(
                    8,
                    array(
                            connection,
                            "timestamp",
                            rows,
                            row -> Timestamp.valueOf(LocalDateTime.ofInstant(row.at(), ZoneOffset.UTC))));
            statement.setArray(9, array(connection, "bool", rows, UsageRow::cancelled));
            statement.executeUpdate();
        }
    }

    private static java.sql.Array array(
            Connection connection, String type, List<UsageRow> rows, Function<UsageRow, Object> column)
            throws SQLException {
        return connection.createArrayOf(type, rows.stream().map(column).toArray());
    }
}
