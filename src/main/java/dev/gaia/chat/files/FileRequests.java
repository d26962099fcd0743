package dev.gaia.chat.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps between a filesystem operation and the MCP server that does it. The variable {@code file} holds the path as
 * callers see it, {@code {"path": "/notes.md"}}; the body becomes the arguments of the tool.
 */
final class FileRequests {

    private static final Logger log = LoggerFactory.getLogger("chat-filesystem-call");

    private final FileServer server;
    private final ObjectMapper mapper;

    FileRequests(FileServer server, ObjectMapper mapper) {
        this.server = server;
        this.mapper = mapper;
    }

    /** The directory named in the query; the root when none is. */
    void readListingRequest(Exchange exchange) {
        var query =
                Optional.ofNullable(exchange.getVariable("query", Map.class)).orElse(Map.of());
        name(exchange, query.get("path") instanceof String path ? path : "/");
    }

    /** The file named in the JSON body. */
    void readFileRequest(Exchange exchange) {
        var path = body(exchange).path("path");
        if (path.isMissingNode() || path.isNull()) {
            throw invalid("missing", "Field required");
        }
        if (!path.isTextual()) {
            throw invalid("string_type", "Input should be a valid string");
        }
        name(exchange, path.textValue());
    }

    private JsonNode body(Exchange exchange) {
        try {
            return mapper.readTree(exchange.getMessage().getBody(byte[].class));
        } catch (IOException e) {
            throw invalid("json_invalid", "The body should be a JSON object");
        }
    }

    private static Failure invalid(String type, String sentence) {
        return Failure.invalid(
                FailureCode.CHAT_INVALID_REQUEST, List.of(new Issue(type, List.of("body", "path"), sentence)));
    }

    private void name(Exchange exchange, String text) {
        try {
            var path = server.path(text);
            var nodes = JsonNodeFactory.instance;
            exchange.setVariable("file", nodes.objectNode().put("path", path.toString()));
            exchange.getMessage().setBody(nodes.objectNode().put("path", path.toString()));
        } catch (FileFault e) {
            throw failure(e.kind(), e.getMessage().substring(e.getMessage().indexOf(' ') + 1));
        }
    }

    /** Turns what the server says went wrong into a failure; its own words may name the host's paths. */
    void refuseFileFault(Exchange exchange) {
        var result = exchange.getMessage().getBody(JsonNode.class);
        if (!result.path("isError").asBoolean(false)) {
            return;
        }
        var path = exchange.getVariable("file", JsonNode.class).path("path").asText();
        var text = result.at("/content/0/text").asText("");
        var kind = FileReasons.kind(text);
        switch (kind) {
            case OUTSIDE -> throw failure(kind, "Path is outside the allowed root");
            case MISSING -> throw failure(kind, "Path not found: " + path);
            case NOT_A_DIRECTORY -> throw failure(kind, "Not a directory: " + path);
            case IS_A_DIRECTORY -> throw failure(kind, "Is a directory: " + path);
            case TOO_LARGE -> throw failure(kind, "Too large to be read: " + path);
            case BAD_PATH, EXISTS, NOT_EMPTY -> throw failure(kind, "Not possible for this path: " + path);
            case BROKEN -> {
                log.warn("the filesystem server failed: {}", text);
                throw Failure.of(FailureCode.CHAT_FILES_UNAVAILABLE);
            }
        }
    }

    private static Failure failure(FileFault.Kind kind, String sentence) {
        return switch (kind) {
            case OUTSIDE -> Failure.of(FailureCode.CHAT_FILE_OUTSIDE, sentence);
            case MISSING -> Failure.of(FailureCode.CHAT_FILE_NOT_FOUND, sentence);
            case BROKEN -> Failure.of(FailureCode.CHAT_FILES_UNAVAILABLE);
            case NOT_A_DIRECTORY, IS_A_DIRECTORY, BAD_PATH, TOO_LARGE, EXISTS, NOT_EMPTY ->
                Failure.of(FailureCode.CHAT_FILE_INVALID, sentence);
        };
    }

    /** The server cannot be used at all. */
    void refuseFilesystem(Exchange exchange) {
        log.warn(
                "no filesystem server: {}",
                exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class).getMessage());
        throw Failure.of(FailureCode.CHAT_FILES_UNAVAILABLE);
    }
}
