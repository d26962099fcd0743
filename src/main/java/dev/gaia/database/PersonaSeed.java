package dev.gaia.database;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The persona Mu; left as it is when a persona of that name exists, active or not.
 *
 * @param persona as a JSON object, see {@link DefaultPersona}
 */
record PersonaSeed(String persona) implements DatabaseSeed {

    private static final String INSERT = """
            insert into personas (name, description, system_prompt, personality_traits, capabilities, created_by)
            select seed.name, seed.description, seed.system_prompt, seed.personality_traits, seed.capabilities, 'system'
            from jsonb_to_record(?::jsonb) as seed(
                name text, description text, system_prompt text, personality_traits jsonb, capabilities jsonb)
            where not exists (select 1 from personas known where known.name = seed.name)
            on conflict do nothing
            """;

    static PersonaSeed fromResource() {
        return new PersonaSeed(DefaultPersona.read().toString());
    }

    @Override
    public void plant(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, persona);
            statement.executeUpdate();
        }
    }
}
