package dev.gaia.chat.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;

/** What the SDK reads and writes JSON with, and checks it against schemas with: the libraries of the house. */
public final class SdkJson {

    private final McpJsonMapper mapper;
    private final JsonSchemaValidator validator;

    SdkJson(ObjectMapper mapper) {
        this.mapper = new JacksonMcpJsonMapper(mapper);
        this.validator = new SchemaCheck(mapper);
    }

    public McpJsonMapper mapper() {
        return mapper;
    }

    public JsonSchemaValidator validator() {
        return validator;
    }
}
