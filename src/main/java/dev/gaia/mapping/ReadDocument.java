package dev.gaia.mapping;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Takes the JSON text in the column {@code document} of the first row as the body; no row leaves {@code MissingNode}.
 * Statements shape their answer themselves, so that a route shows in one place what is read and what becomes of it.
 */
@Component("readDocument")
final class ReadDocument implements Processor {

    private static final String COLUMN = "document";

    private final ObjectMapper mapper;

    ReadDocument(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        var message = exchange.getMessage();
        List<?> rows = message.getBody(List.class);
        var document = rows == null || rows.isEmpty() ? null : ((Map<?, ?>) rows.getFirst()).get(COLUMN);
        message.setBody(document == null ? MissingNode.getInstance() : mapper.readTree(String.valueOf(document)));
    }
}
