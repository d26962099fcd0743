package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.database.TestDatabase;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiKeySeedIT {

    private static final String KEY = "the-configured-key";
    private static final String USABLE = "select count(*) from api_keys k join users u on u.id = k.user_id"
            + " where k.is_active and k.expires_at is null and k.key_hash = '" + CredentialRoutes.sha256(KEY) + "'"
            + " and u.email = ";

    private final TestDatabase database = TestDatabase.migrated();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void givesTheConfiguredKeyToTheDevelopmentUser() throws SQLException {
        plant(Optional.of(KEY));

        assertThat(database.value(USABLE + "'dev@gaia.local'")).isEqualTo("1");
        assertThat(database.value("select permissions from api_keys"))
                .isEqualTo("{\"admin\": true, \"environment\": \"local\"}");
    }

    @Test
    void changesNothingTheSecondTime() throws SQLException {
        plant(Optional.of(KEY));
        String before = database.value("select row_to_json(k)::text from api_keys k");

        plant(Optional.of(KEY));

        assertThat(database.column("select row_to_json(k)::text from api_keys k"))
                .containsExactly(before);
        assertThat(database.value("select count(*) from users")).isEqualTo("1");
    }

    @Test
    void revivesARevokedAndExpiredKey() throws SQLException {
        plant(Optional.of(KEY));
        database.execute("update api_keys set is_active = false, expires_at = now() - interval '1 day'");

        plant(Optional.of(KEY));

        assertThat(database.value(USABLE + "'dev@gaia.local'")).isEqualTo("1");
    }

    @Test
    void leavesAKeyToItsOwner() throws SQLException {
        CredentialRoutes.addOwner(database);
        CredentialRoutes.addKey(database, KEY, "false", "null");

        plant(Optional.of(KEY));

        assertThat(database.value(USABLE + "'owner@example.com'")).isEqualTo("1");
    }

    @Test
    void makesNobodyWithoutAKey() throws SQLException {
        plant(Optional.empty());

        assertThat(database.value("select count(*) from users")).isEqualTo("0");
    }

    @Test
    void worksWithTheStricterTablesOfAnOldPlatform() throws SQLException {
        database.execute("alter table users alter column name set not null");
        database.execute("alter table api_keys alter column name set not null");
        database.execute("alter table api_keys alter column expires_at type timestamptz");

        plant(Optional.of(KEY));

        assertThat(database.value(USABLE + "'dev@gaia.local'")).isEqualTo("1");
    }

    private void plant(Optional<String> key) throws SQLException {
        try (var connection = database.dataSource().getConnection()) {
            new ApiKeySeed(key).plant(connection);
        }
    }
}
