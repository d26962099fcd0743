package dev.gaia.auth;

import dev.gaia.database.DatabaseSeed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Makes the configured API key a key of the development user, active and not expired, so that the one key of the first
 * release goes on working and now has a user. A key that somebody else owns stays his.
 */
record ApiKeySeed(Optional<String> apiKey) implements DatabaseSeed {

    private static final String USER = """
            insert into users (email, name)
            select 'dev@gaia.local', 'Development'
            where not exists (select 1 from users where email = 'dev@gaia.local')
            on conflict do nothing
            """;

    private static final String REVIVE = """
            update api_keys
            set is_active = true, expires_at = case when expires_at > now() then expires_at end
            where key_hash = ? and (is_active is not true or expires_at <= now())
            """;

    private static final String KEY = """
            insert into api_keys (user_id, key_hash, name, permissions, is_active)
            select id, ?, 'Configured key', '{"admin": true, "environment": "local"}'::jsonb, true
            from users
            where email = 'dev@gaia.local' and not exists (select 1 from api_keys where key_hash = ?)
            on conflict do nothing
            """;

    @Override
    public void plant(Connection connection) throws SQLException {
        if (apiKey.isEmpty()) {
            return;
        }
        String digest = CredentialDigest.of(apiKey.get()).hex();
        execute(connection, USER);
        execute(connection, REVIVE, digest);
        execute(connection, KEY, digest, digest);
    }

    private static void execute(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            statement.executeUpdate();
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ApiKeySeed";
    }
}
