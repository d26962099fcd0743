package dev.gaia.link;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;

/**
 * What processes tell each other of changes: {@code {"process", …}}. The process is named so that it need not obey its
 * own notices, which the broker brings it too.
 */
public final class Notices {

    private static final String PROCESS = "process";

    private final ObjectMapper mapper;
    private final String process = UUID.randomUUID().toString();

    public Notices(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** A notice of this process, to be completed. */
    public ObjectNode begin() {
        return mapper.createObjectNode().put(PROCESS, process);
    }

    /**
     * The notice that the message brings; empty when it is one of this process.
     *
     * @throws IOException when it is no JSON
     */
    public Optional<JsonNode> ofAnother(Exchange exchange) throws IOException {
        var notice = mapper.readTree(exchange.getMessage().getBody(byte[].class));
        return process.equals(notice.path(PROCESS).asText()) ? Optional.empty() : Optional.of(notice);
    }
}
