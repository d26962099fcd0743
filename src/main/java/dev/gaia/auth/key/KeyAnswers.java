package dev.gaia.auth.key;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.auth.JsonBodies;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.jdbc.JdbcConstants;

/** The steps that turn rows of keys, variable {@code keyRows}, into answers. The digest never leaves. */
final class KeyAnswers {

    private static final List<String> TEXTS =
            List.of("id", "prefix", "name", "user_id", "email", "created_at", "expires_at", "last_used_at");

    private final ObjectMapper mapper;

    KeyAnswers(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Fails unless the first row is the key that was asked for. */
    void requireKey(Exchange exchange) {
        Map<?, ?> asked = exchange.getMessage().getHeader(JdbcConstants.JDBC_PARAMETERS, Map.of(), Map.class);
        var rows = rows(exchange);
        if (rows.isEmpty() || !String.valueOf(rows.getFirst().get("id")).equals(asked.get("keyId"))) {
            throw Failure.of(FailureCode.AUTH_KEY_NOT_FOUND);
        }
    }

    /** Answers with the key in the first row, without its secret. */
    void tellKey(Exchange exchange) throws JsonProcessingException {
        answer(exchange, document(rows(exchange).getFirst()));
    }

    /** The only answer that holds the key itself. */
    void tellNewKey(Exchange exchange) throws JsonProcessingException {
        var made = (ApiKeyText) exchange.removeVariable(KeyRequests.NEW_KEY);
        ObjectNode document = document(rows(exchange).getFirst());
        document.put("key", made.text());
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 201);
        exchange.getMessage().setHeader("Cache-Control", "no-store");
        answer(exchange, document);
    }

    /** Answers with all rows. */
    void tellKeys(Exchange exchange) throws JsonProcessingException {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        var keys = document.putArray("keys");
        for (Map<?, ?> row : rows(exchange)) {
            keys.add(document(row));
        }
        answer(exchange, document.put("total", keys.size()));
    }

    /** Answers that there is nothing more to say. */
    void tellNothing(Exchange exchange) {
        exchange.getMessage().removeHeader(JdbcConstants.JDBC_PARAMETERS);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 204);
        exchange.getMessage().setBody("");
    }

    private static void answer(Exchange exchange, JsonNode document) {
        exchange.getMessage().removeHeader(JdbcConstants.JDBC_PARAMETERS);
        JsonBodies.answer(exchange, document);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<?, ?>> rows(Exchange exchange) {
        return exchange.getVariable("keyRows", List.class);
    }

    private ObjectNode document(Map<?, ?> row) throws JsonProcessingException {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        for (String column : TEXTS) {
            Object value = row.get(column);
            document.put(column, value == null ? null : value.toString());
        }
        document.put("is_active", Boolean.TRUE.equals(row.get("is_active")));
        document.set("permissions", mapper.readTree(String.valueOf(row.get("permissions"))));
        return document;
    }
}
