package dev.gaia.asset.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Step that turns the answer of a statement, one row with one JSON text, into that document; nothing without a row. */
final class ReadDocument implements Processor {

    private final ObjectMapper mapper;

    ReadDocument(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        List<?> rows = exchange.getMessage().getBody(List.class);
        if (rows.isEmpty() || !(rows.getFirst() instanceof Map<?, ?> row) || row.get("document") == null) {
            exchange.getMessage().setBody(MissingNode.getInstance());
        } else {
            exchange.getMessage().setBody(mapper.readTree(row.get("document").toString()));
        }
    }
}
