package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.database.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a key was used last is written for many keys together, and not for each request. */
class KeyUsesIT {

    private static final String PATH = "/api/v1/assets/health";

    private final TestDatabase database = TestDatabase.migrated();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void writesAllUsesTogetherAndABusyKeyOnce() {
        database.execute("create table writes (n int)");
        database.execute("create function note_write() returns trigger language plpgsql as"
                + " 'begin insert into writes values (1); return null; end'");
        CredentialRoutes.addOwner(database);
        for (int i = 0; i < 20; i++) {
            CredentialRoutes.addKey(database, "key " + i, "true", "null");
        }
        database.execute("create trigger note_write after update on api_keys for each statement"
                + " execute function note_write()");
        try (var hub = hub("500ms")) {
            for (int i = 0; i < 200; i++) {
                assertThat(hub.get(PATH, "X-API-Key", "key " + i % 20).statusCode())
                        .isEqualTo(200);
            }
            await().until(() -> used() == 20);
            // 200 requests in about a second, looked at every half second
            assertThat(Integer.parseInt(database.value("select count(*) from writes")))
                    .isLessThan(10);
        }
    }

    @Test
    void writesTheLastUsesWhenTheProcessStops() {
        CredentialRoutes.addOwner(database);
        try (var hub = hub("10h")) {
            await().until(() -> hub.bean(KeyDirectory.class).knowsAll());
            assertThat(hub.get(PATH, "X-API-Key", CredentialRoutes.GOOD_KEY).statusCode())
                    .isEqualTo(200);
            assertThat(used()).isZero();
        }
        assertThat(used()).isEqualTo(1);
    }

    @Test
    void triesAgainWhenTheTableCannotBeWritten() {
        CredentialRoutes.addOwner(database);
        database.execute("create function refuse() returns trigger language plpgsql as"
                + " 'begin raise exception ''not now''; end'");
        database.execute("create trigger refuse before update on api_keys for each row execute function refuse()");
        try (var hub = hub("100ms")) {
            assertThat(hub.get(PATH, "X-API-Key", CredentialRoutes.GOOD_KEY).statusCode())
                    .isEqualTo(200);
            await().until(() -> hub.bean(KeyUses.class).anyWaiting());
            assertThat(used()).isZero();

            database.execute("drop trigger refuse on api_keys");

            await().until(() -> used() == 1);
        }
    }

    private Hub hub(String upkeepInterval) {
        return Hub.with(Map.of("gaia.database.url", database.url(), "gaia.auth.key.upkeep-interval", upkeepInterval))
                .start();
    }

    private int used() {
        return Integer.parseInt(database.value("select count(*) from api_keys where last_used_at is not null"));
    }
}
