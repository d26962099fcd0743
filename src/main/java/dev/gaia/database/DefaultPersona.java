package dev.gaia.database;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;

/**
 * The persona Mu as the program brings it along: what is planted into an empty catalogue, and who speaks while the
 * database is down. Lies in {@code persona/mu.json}, its prompt in {@code persona/mu.txt}.
 */
public final class DefaultPersona {

    private static final String FACTS = "persona/mu.json";
    private static final String PROMPT = "persona/mu.txt";

    private DefaultPersona() {}

    /** {@code name}, {@code description}, {@code system_prompt}, {@code personality_traits}, {@code capabilities}. */
    public static ObjectNode read() {
        try {
            ObjectNode persona = new ObjectMapper().readValue(text(FACTS), ObjectNode.class);
            return persona.put("system_prompt", text(PROMPT).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String resource) throws IOException {
        return new ClassPathResource(resource).getContentAsString(StandardCharsets.UTF_8);
    }
}
