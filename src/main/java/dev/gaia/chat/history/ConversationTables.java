package dev.gaia.chat.history;

import dev.gaia.chat.history.HistoryStore.Change;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.function.Function;

/**
 * What is said in stored conversations, written in the tables {@code conversations} and {@code chat_messages}. A message
 * of a conversation that is gone has no place and is left out.
 */
final class ConversationTables {

    private static final String MESSAGES = """
            with given as (
                select * from unnest(
                    ?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::int[], ?::text[],
                    ?::timestamptz[])
                    as g(id, conversation_id, role, content, model, provider, tokens, served, said_at)),
            stored as (
                insert into chat_messages
                    (id, user_id, conversation_id, role, content, model, provider, tokens_used, served, created_at)
                select g.id, c.user_id, c.id, g.role, g.content, left(g.model, 100), left(g.provider, 50), g.tokens,
                       g.served::jsonb, g.said_at at time zone 'UTC'
                from given g join conversations c on c.id = g.conversation_id
                on conflict (id) do nothing)
            update conversations c
            set updated_at = now() at time zone 'UTC', preview = coalesce(said.preview, c.preview)
            from (
                select conversation_id,
                       (array_agg(case when length(content) > 100 then left(content, 100) || '...' else content end
                                  order by said_at desc) filter (where role = 'assistant'))[1] as preview
                from given group by conversation_id) said
            where c.id = said.conversation_id""";

    /** The owner is found as the route chat-owner finds it. */
    private static final String OPEN = """
            with caller as (
                select case when given ~* '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
                            then given::uuid else md5(given)::uuid end as id,
                       coalesce(nullif(?::text, ''), given || '@users.gaia.local') as email
                from (select ?::text as given) sent),
            known as (
                select coalesce((select u.id from users u, caller c where u.id = c.id),
                                (select u.id from users u, caller c where u.email = c.email)) as id),
            made as (
                insert into users (id, email, name) select id, email, split_part(email, '@', 1) from caller
                where (select id from known) is null
                on conflict do nothing)
            insert into conversations (id, user_id, title, created_at, updated_at)
            select ?::uuid, coalesce((select id from known), (select id from caller)), left(?, 255),
                   now() at time zone 'UTC', now() at time zone 'UTC'
            on conflict (id) do nothing""";

    private ConversationTables() {}

    static void open(Connection connection, Change.Open conversation) throws SQLException {
        try (var statement = connection.prepareStatement(OPEN)) {
            statement.setString(1, conversation.email().orElse(""));
            statement.setString(2, conversation.key().userId());
            statement.setObject(3, conversation.key().conversation().orElseThrow());
            statement.setString(4, conversation.title());
            statement.executeUpdate();
        }
    }

    static void insert(Connection connection, List<HistoryEntry> entries) throws SQLException {
        if (entries.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement(MESSAGES)) {
            statement.setArray(1, array(connection, "uuid", entries, HistoryEntry::id));
            statement.setArray(
                    2,
                    array(
                            connection,
                            "uuid",
                            entries,
                            e -> e.key().conversation().orElseThrow()));
            statement.setArray(3, array(connection, "text", entries, HistoryEntry::role));
            statement.setArray(4, array(connection, "text", entries, HistoryEntry::content));
            statement.setArray(
                    5,
                    array(connection, "text", entries, e -> e.origin().model().orElse(null)));
            statement.setArray(
                    6,
                    array(
                            connection,
                            "text",
                            entries,
                            e -> e.origin().provider().orElse(null)));
            statement.setArray(
                    7,
                    array(connection, "int4", entries, e -> e.origin().tokens().orElse(null)));
            statement.setArray(
                    8,
                    array(connection, "text", entries, e -> e.origin().served().orElse(null)));
            statement.setArray(9, array(connection, "timestamptz", entries, e -> Timestamp.from(e.createdAt())));
            statement.executeUpdate();
        }
    }

    private static Array array(
            Connection connection, String type, List<HistoryEntry> entries, Function<HistoryEntry, Object> value)
            throws SQLException {
        return connection.createArrayOf(type, entries.stream().map(value).toArray());
    }
}
