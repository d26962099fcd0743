package dev.gaia.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.springframework.core.io.ClassPathResource;

/** The persona Mu; left as it is when a persona of that name exists, active or not. */
record PersonaSeed(String prompt) implements DatabaseSeed {

    private static final String INSERT = """
            insert into personas (name, description, system_prompt, personality_traits, capabilities, created_by)
            select 'Mu',
                   'A cheerful robot sidekick who supports you, chats with you and can guide breathing and meditation.',
                   ?,
                   '{"cheerful": true, "helpful": true, "robotic_charm": true, "supportive": true,
                     "meditation_capable": true, "optimistic": true, "encouraging": true}',
                   '{"general_conversation": true, "meditation_guidance": true, "breathing_exercises": true,
                     "emotional_support": true, "tool_usage": true, "mindfulness_coaching": true,
                     "positive_reinforcement": true}',
                   'system'
            where not exists (select 1 from personas where name = 'Mu')
            on conflict do nothing
            """;

    /** The prompt lies in {@code persona/mu.txt}, also for the chat segment's built-in Mu while the database is down. */
    static PersonaSeed fromResource() {
        try {
            return new PersonaSeed(new ClassPathResource("persona/mu.txt")
                    .getContentAsString(StandardCharsets.UTF_8)
                    .strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void plant(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, prompt);
            statement.executeUpdate();
        }
    }
}
