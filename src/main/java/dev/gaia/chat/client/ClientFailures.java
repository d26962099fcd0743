package dev.gaia.chat.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.chat.provider.TellFailure;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.util.Set;

/** What clients in OpenAI's and Anthropic's form are told of a provider's failure (failures 3 and 8). */
final class ClientFailures {

    private static final String BROKEN = "The answer broke off: ";

    /** What a provider says that has too much to do; 500 and the like are faults. */
    private static final Set<Integer> OVERLOADS = Set.of(503, 529);

    private final TellFailure tell;

    ClientFailures(TellFailure tell) {
        this.tell = tell;
    }

    /** The failure of a call that gave no answer. */
    Failure of(ProviderFailure failure) {
        if (failure.details().has(Sign.STOPPING)) {
            return Failure.of(FailureCode.GATEWAY_STOPPING).with(tell.headers(failure));
        }
        var told = tell.document(failure);
        return Failure.told(
                        code(failure),
                        told.path("status").asInt(),
                        told.path("code").asText(),
                        told.path("message").asText())
                .with(tell.headers(failure));
    }

    private static FailureCode code(ProviderFailure failure) {
        return switch (failure.kind()) {
            case RATE -> FailureCode.CHAT_UPSTREAM_RATE_LIMITED;
            case QUOTA -> FailureCode.CHAT_UPSTREAM_UNAVAILABLE;
            case TRANSIENT ->
                OVERLOADS.contains(failure.details().status())
                        ? FailureCode.CHAT_UPSTREAM_OVERLOADED
                        : FailureCode.CHAT_UPSTREAM_UNAVAILABLE;
            case CONNECT -> FailureCode.CHAT_UPSTREAM_UNREACHABLE;
            case SILENT -> FailureCode.CHAT_UPSTREAM_TIMEOUT;
            case AUTH -> FailureCode.CHAT_UPSTREAM_AUTH;
            case UNKNOWN_MODEL -> FailureCode.CHAT_MODEL_NOT_FOUND;
            case CONTEXT -> FailureCode.CHAT_CONTEXT_LENGTH_EXCEEDED;
            case REFUSAL -> FailureCode.CHAT_CONTENT_POLICY_VIOLATION;
            case REQUEST -> FailureCode.CHAT_UPSTREAM_REQUEST;
            case LOCAL -> FailureCode.CHAT_OVERLOADED;
            case BROKEN, PREFILL_REFUSED -> FailureCode.CHAT_STREAM_INTERRUPTED;
        };
    }

    /** The failure of a stream that has begun. */
    ObjectNode ofStream(ProviderFailure failure) {
        var document = tell.document(failure);
        return document.put("message", BROKEN + document.path("message").asText());
    }

    /** The failure of a stream that broke inside the platform. */
    static ObjectNode interrupted(String reason) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", "stream_interrupted")
                .put("anthropic_type", "api_error")
                .put("message", BROKEN + reason);
    }
}
