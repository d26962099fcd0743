package dev.gaia.chat.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;

/**
 * The arguments of a model's calls of tools, for clients that parse them: what is no JSON object is no whole answer
 * (failures F26). None at all count as {@code {}}.
 */
final class ReadableArguments {

    private static final ObjectReader JSON = new ObjectMapper().reader();

    private ReadableArguments() {}

    /** @throws ProviderFailure when a call of the answer, in its neutral form, cannot be parsed */
    static void require(JsonNode reply) throws ProviderFailure {
        for (var call : reply.path("tool_calls")) {
            if (!readable(call.at("/function/arguments").asText(""))) {
                throw new ProviderFailure(Kind.BROKEN, "the arguments of a tool are no JSON object");
            }
        }
    }

    private static boolean readable(String arguments) {
        try {
            return arguments.isBlank() || JSON.readTree(arguments).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
