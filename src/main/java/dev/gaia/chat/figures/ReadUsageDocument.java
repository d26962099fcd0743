package dev.gaia.chat.figures;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Takes the JSON text in the column {@code document} of the first row as the body. */
final class ReadUsageDocument implements Processor {

    private final ObjectMapper mapper;

    ReadUsageDocument(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public void process(Exchange exchange) throws JsonProcessingException {
        var message = exchange.getMessage();
        List<?> rows = message.getBody(List.class);
        var document = rows == null || rows.isEmpty() ? null : ((Map<?, ?>) rows.getFirst()).get("document");
        message.setBody(document == null ? MissingNode.getInstance() : mapper.readTree(String.valueOf(document)));
    }
}
