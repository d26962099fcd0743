package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.gaia.database.TestDatabase;
import dev.gaia.fake.FakeModelProvider;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Dialogues on a real database that is there, blinks, or is read by another process. */
class ChatDatabaseDownIT {

    private TestDatabase database;
    private FakeModelProvider provider;

    @BeforeEach
    void start() {
        database = TestDatabase.migrated();
        provider = FakeModelProvider.start();
    }

    @AfterEach
    void stop() {
        provider.close();
        database.close();
    }

    /** Closed by the segment it is given to. */
    private HikariDataSource pool() {
        var pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:" + database.url().replaceFirst("//[^@]*@", "//"));
        var credentials =
                database.url().replaceFirst("^[^/]*//([^@]*)@.*$", "$1").split(":", -1);
        pool.setUsername(credentials[0]);
        pool.setPassword(credentials.length > 1 ? credentials[1] : "");
        pool.setConnectionTimeout(500);
        pool.setMaximumPoolSize(3);
        return pool;
    }

    private ChatSegment segment() {
        Map<String, String> settings = new HashMap<>(ChatSegment.openAi(provider));
        settings.put("gaia.chat.history-shutdown-timeout", "5s");
        settings.put("gaia.chat.database-pause", "200ms");
        return ChatSegment.start(settings, pool());
    }

    private void block(boolean blocked) {
        database.execute(
                blocked
                        ? "alter table chat_histories rename to chat_histories_away"
                        : "alter table chat_histories_away rename to chat_histories");
    }

    @Test
    void keepsTheDialogueBeyondTheProcess() {
        try (var first = segment()) {
            first.chat("ann", "{\"message\":\"I like trains.\"}");
        }
        try (var second = segment()) {
            assertThat(second.status("ann").path("message_count").asInt()).isEqualTo(2);
            second.chat("ann", "{\"message\":\"What do I like?\"}");
        }

        assertThat(provider.lastRequest().orElseThrow().body().path("messages")).hasSize(4);
        assertThat(database.column("select role from chat_histories order by seq"))
                .containsExactly("user", "assistant", "user", "assistant");
    }

    @Test
    void storesEveryTurnOnceAlthoughTheDatabaseBlinks() {
        try (var segment = segment()) {
            segment.chat("ann", "{\"message\":\"one\"}");
            await().until(() -> "2".equals(database.value("select count(*) from chat_histories")));
            block(true);
            segment.chat("ann", "{\"message\":\"two\"}");
            segment.chat("bob", "{\"message\":\"three\"}");

            assertThat(segment.status("ann").path("message_count").asInt()).isEqualTo(4);
            assertThat(segment.status("bob").path("message_count").asInt()).isEqualTo(2);

            block(false);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> "6".equals(database.value("select count(*) from chat_histories")));
            assertThat(database.column("select content from chat_histories where role = 'user' order by seq"))
                    .containsExactly("one", "two", "three");
        }
    }

    @Test
    @Timeout(60)
    void anAnswerNeverWaitsForBeingRemembered() throws SQLException {
        try (var segment = segment();
                var holder = database.dataSource().getConnection()) {
            // given a table that can be read, and to which nothing can be written
            holder.setAutoCommit(false);
            try (var statement = holder.createStatement()) {
                statement.execute("lock table chat_histories in share mode");
            }

            segment.chat("ann", "{\"message\":\"one\"}");
            segment.chat("ann", "{\"message\":\"two\"}");

            assertThat(provider.lastRequest().orElseThrow().body().path("messages"))
                    .hasSize(4);
            assertThat(segment.status("ann").path("message_count").asInt()).isEqualTo(4);
            assertThat(database.value("select count(*) from chat_histories")).isEqualTo("0");

            holder.rollback();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> "4".equals(database.value("select count(*) from chat_histories")));
        }
    }

    @Test
    void answersWithoutAnyDatabase() {
        try (var segment = ChatSegment.start(ChatSegment.openAi(provider), ChatSegment.away())) {
            segment.chat("ann", "{\"message\":\"My name is Ann\"}");
            segment.chat("ann", "{\"message\":\"Who am I?\"}");

            var messages = provider.lastRequest().orElseThrow().body().path("messages");
            assertThat(messages).hasSize(4);
            assertThat(messages.at("/0/content").asText()).contains("You are Mu");
            assertThat(segment.status("ann").path("message_count").asInt()).isEqualTo(4);
            assertThat(segment.call("chat-history-clear", "ann", "")
                            .json()
                            .path("status")
                            .asText())
                    .isEqualTo("success");
            assertThat(segment.status("ann").path("message_count").asInt()).isZero();
        }
    }

    @Test
    void boundsTheDialogueAndItsTable() {
        try (var segment = segment()) {
            for (int i = 0; i < 60; i++) {
                segment.chat("ann", "{\"message\":\"message " + i + "\"}");
            }

            assertThat(segment.status("ann").path("message_count").asInt()).isEqualTo(49);
            await().until(() -> database.column("select content from chat_histories where content = 'message 59'")
                            .size()
                    == 1);
        }
        try (var again = segment()) {
            assertThat(again.status("ann").path("message_count").asInt()).isEqualTo(49);
        }
    }

    @Test
    void storesTextThatIsHardToStore() {
        var text = "quote ' \\\" backslash \\\\ brace {} dollar ${x} $1 ? 🎈 \\u0000 \\ud800";
        try (var segment = segment()) {
            segment.chat("ann'; drop table personas; --", "{\"message\":\"" + text + "\"}");
        }

        assertThat(database.value("select content from chat_histories where role = 'user'"))
                .isEqualTo("quote ' \" backslash \\ brace {} dollar ${x} $1 ? 🎈 \uFFFD \uFFFD");
        assertThat(database.value("select count(*) from personas")).isEqualTo("1");
    }
}
