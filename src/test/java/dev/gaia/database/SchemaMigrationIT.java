package dev.gaia.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ScriptUtils;

class SchemaMigrationIT {

    private final TestDatabase database = TestDatabase.empty();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void makesTheContractsTablesInAnEmptyDatabase() throws SQLException {
        migrate();

        assertThat(tables())
                .contains(
                        "api_keys",
                        "api_pricing_tiers",
                        "api_providers",
                        "api_usage_costs",
                        "asset_budget_windows",
                        "asset_generation_jobs",
                        "asset_generations",
                        "asset_modifications",
                        "asset_sources",
                        "asset_usage",
                        "assets",
                        "chat_histories",
                        "chat_messages",
                        "conversations",
                        "gaia_schema_history",
                        "personas",
                        "user_persona_preferences",
                        "users");
        assertThat(database.column("select tgname from pg_trigger where not tgisinternal order by 1"))
                .containsExactly(
                        "asset_generation_jobs_rules",
                        "update_api_keys_updated_at",
                        "update_asset_sources_updated_at",
                        "update_assets_updated_at",
                        "update_conversations_updated_at",
                        "update_users_updated_at");
        assertThat(database.column("select indexname from pg_indexes where schemaname = 'public'"))
                .contains("idx_api_keys_user_id", "idx_chat_messages_created_at", "idx_personas_active_created_at");
        assertThat(database.value("select confdeltype from pg_constraint where conname ="
                        + " 'fk_chat_messages_conversation_id' and convalidated"))
                .isEqualTo("c");
    }

    @Test
    void maySafelyRunAgain() throws SQLException {
        migrate();
        var before = shape();

        migrate();

        assertThat(shape()).isEqualTo(before);
        assertThat(database.value("select count(*) from personas")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"old-bootstrap", "old-variant", "old-before-conversations"})
    void leavesAnOldPlatformsColumnsAndRowsAsTheyWere(String shape) throws Exception {
        load(shape);
        var columns = shape();
        var users = rows("users");
        var keys = rows("api_keys");
        var messages = rows("chat_messages");

        migrate();

        assertThat(shape()).containsAll(columns);
        assertStillThere("users", users);
        assertStillThere("api_keys", keys);
        assertStillThere("chat_messages", messages);
    }

    @ParameterizedTest
    @ValueSource(strings = {"old-bootstrap", "old-variant", "old-before-conversations"})
    void givesAnOldPlatformsDatabaseNoSecondIndexOrTriggerForTheSameThing(String shape) throws Exception {
        load(shape);

        migrate();

        assertThat(database.column("select count(*) from pg_trigger where not tgisinternal group by tgrelid"))
                .containsOnly("1");
        assertThat(database.column("select indrelid::regclass || ' ' || indkey::text from pg_index"
                        + " join pg_class on pg_class.oid = indrelid where relnamespace = 'public'::regnamespace"
                        + " and not indisunique group by indrelid, indkey, indoption, indpred having count(*) > 1"))
                .isEmpty();
    }

    @Test
    void leavesTheOldPlatformsOwnBookkeepingAlone() throws Exception {
        load("old-bootstrap");
        var before = rows("schema_migrations");

        migrate();

        assertThat(rows("schema_migrations")).isEqualTo(before);
    }

    @Test
    void givesMessagesWithoutConversationAPlaceholderAndThenTheKey() throws Exception {
        load("old-before-conversations");

        migrate();

        assertThat(database.column("select title from conversations")).containsExactly("Restored Conversation");
        assertThat(database.value("select convalidated from pg_constraint where conname ="
                        + " 'fk_chat_messages_conversation_id'"))
                .isEqualTo("t");
        database.execute("delete from conversations");
        assertThat(database.value("select count(*) from chat_messages")).isEqualTo("0");
    }

    @Test
    void keepsAPersonaThatIsCalledMuAlready() throws Exception {
        load("old-bootstrap");
        database.execute("insert into personas (name, description, system_prompt, is_active)"
                + " values ('Mu', 'ours', 'Be Mu.', false)");

        migrate();

        assertThat(database.column("select system_prompt from personas")).containsExactly("Be Mu.");
    }

    @Test
    void seedsMuWhosePromptEndsWithTheToolsPlaceholder() throws SQLException {
        migrate();

        assertThat(database.value("select system_prompt from personas where name = 'Mu' and is_active"))
                .contains("Mu", "robot")
                .endsWith("{tools_section}");
        assertThat(database.value("select created_by from personas")).isEqualTo("system");
        assertThat(database.value("select count(*) from personas, jsonb_object_keys(personality_traits)"))
                .isEqualTo("7");
        assertThat(database.value("select count(*) from personas, jsonb_object_keys(capabilities)"))
                .isEqualTo("7");
    }

    private void migrate() throws SQLException {
        new SchemaMigration(DatabaseAddress.parse(database.url()), Duration.ofSeconds(5)).run();
        try (var connection = database.dataSource().getConnection()) {
            PersonaSeed.fromResource().plant(connection);
        }
    }

    private void load(String shape) throws SQLException {
        try (var connection = database.dataSource().getConnection()) {
            ScriptUtils.executeSqlScript(connection, new ClassPathResource("database/" + shape + ".sql"));
        }
    }

    private List<String> tables() {
        return database.column("select tablename from pg_tables where schemaname = 'public' order by 1");
    }

    private List<String> shape() {
        return database.column("select concat_ws(' ', table_name, column_name, data_type, character_maximum_length,"
                + " is_nullable, column_default) from information_schema.columns where table_schema = 'public'"
                + " order by 1");
    }

    /** Columns may have been added, values may not have changed. */
    private void assertStillThere(String table, List<String> rows) {
        assertThat(rows)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(database.value("select count(*) from " + table
                                + " found where to_jsonb(found) @> '" + row + "'::jsonb"))
                        .isEqualTo("1"));
        assertThat(rows(table)).hasSameSizeAs(rows);
    }

    private List<String> rows(String table) {
        return database.column("select row_to_json(found)::text from " + table + " found order by 1");
    }
}
