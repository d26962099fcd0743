package dev.gaia.chat.guard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.guard.GuardSettings.Mode;
import dev.gaia.mapping.JsonStream;
import java.util.HashSet;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The steps that guard pages against what they show. Only requests with an {@code Origin} are concerned. What is stored
 * and what tools and models read stays as it was written.
 */
final class GuardSteps {

    private final GuardSettings settings;

    GuardSteps(GuardSettings settings) {
        this.settings = settings;
    }

    /** Has the events in the body, if the answer is a stream, say in {@code shown} what of their text a page may show. */
    void guardStream(Exchange exchange) {
        var message = exchange.getMessage();
        if (message.getBody() instanceof JsonStream stream) {
            guard(exchange).ifPresent(guard -> message.setBody(new GuardedStream(stream, guard)));
        }
    }

    /** Guards the text of the whole answer in the body, which has been remembered. */
    void guardReply(Exchange exchange) {
        var message = exchange.getMessage();
        if (message.getBody() instanceof ObjectNode reply && reply.path("text").isTextual()) {
            guard(exchange)
                    .ifPresent(guard -> message.setBody(reply.deepCopy()
                            .put("text", guarded(guard, reply.get("text").textValue()))));
        }
    }

    /** Guards what models said in the {@code messages} of the document in the body. */
    void guardMessages(Exchange exchange) {
        for (JsonNode entry : exchange.getMessage().getBody(JsonNode.class).path("messages")) {
            if ("assistant".equals(entry.path("role").asText())
                    && entry.path("content").isTextual()) {
                guard(exchange)
                        .ifPresent(guard -> ((ObjectNode) entry)
                                .put(
                                        "content",
                                        guarded(guard, entry.get("content").textValue())));
            }
        }
    }

    private static String guarded(TextGuard guard, String text) {
        return guard.add(text) + guard.finish();
    }

    private Optional<TextGuard> guard(Exchange exchange) {
        var origin = exchange.getMessage().getHeader("Origin", String.class);
        if (origin == null || settings.mode() == Mode.OFF) {
            return Optional.empty();
        }
        var hosts = new HashSet<>(settings.hosts());
        OwnPlaces.hostOf(origin).ifPresent(hosts::add);
        return Optional.of(new TextGuard(new OwnPlaces(hosts), settings.mode() == Mode.LINKS));
    }
}
