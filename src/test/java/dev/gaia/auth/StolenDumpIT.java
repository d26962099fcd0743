package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whoever steals a dump of the database finds nothing in it that opens a door. */
class StolenDumpIT {

    private static final String ADMIN_KEY = "the-configured-key";
    private static final String PATH = "/api/v1/assets/health";

    /** What might be tried as a credential: every text, and every word of every text. */
    private static final Pattern WORDS = Pattern.compile("[^\\s\"{}\\[\\],:]{4,}");

    @Test
    void containsNoUsableCredential() throws IOException {
        try (var database = TestDatabase.migrated();
                var hub = Hub.with(Map.of(
                                "gaia.database.url",
                                database.url(),
                                "gaia.auth.api-key",
                                ADMIN_KEY,
                                "gaia.auth.jwt-secret",
                                CredentialRoutes.SECRET,
                                "gaia.auth.key.unknown-lookups-address-max",
                                "100000",
                                "gaia.auth.key.unknown-lookups-max",
                                "100000"))
                        .start()) {
            // given: a database in use
            String key = new ObjectMapper()
                    .readTree(hub.post("/api/v1/auth/keys", "{\"email\":\"a@b.example\"}", "X-API-Key", ADMIN_KEY)
                            .body())
                    .path("key")
                    .asText();
            String token = Tokens.good();
            assertThat(hub.get(PATH, "X-API-Key", key).statusCode()).isEqualTo(200);
            assertThat(hub.get(PATH, "Authorization", "Bearer " + token).statusCode())
                    .isEqualTo(200);
            hub.post("/api/v1/chat", "{\"message\":\"Hello\"}", "X-API-Key", key);

            // when
            String dump = dump(database);

            // then
            assertThat(dump).contains(CredentialRoutes.sha256(key));
            assertThat(dump).doesNotContain(key, token, ADMIN_KEY, CredentialRoutes.SECRET);
            var finds = new TreeSet<String>();
            WORDS.matcher(dump).results().forEach(word -> finds.add(word.group()));
            assertThat(finds).hasSizeGreaterThan(20);
            for (String find : finds) {
                if (find.chars().allMatch(c -> c > ' ' && c < 127)) {
                    assertThat(hub.get(PATH, "X-API-Key", find).statusCode())
                            .as(find)
                            .isEqualTo(403);
                    assertThat(hub.get(PATH, "Authorization", "Bearer " + find).statusCode())
                            .as(find)
                            .isEqualTo(401);
                }
            }
        }
    }

    private static String dump(TestDatabase database) {
        List<String> tables = database.column("select quote_ident(table_schema) || '.' || quote_ident(table_name)"
                + " from information_schema.tables where table_type = 'BASE TABLE'"
                + " and table_schema not in ('pg_catalog', 'information_schema')");
        var dump = new StringBuilder();
        for (String table : tables) {
            database.column("select row_to_json(t)::text from " + table + " t")
                    .forEach(row -> dump.append(row).append('\n'));
        }
        return dump.toString();
    }
}
