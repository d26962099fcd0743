package dev.gaia.chat.conversation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.CheckFields;
import dev.gaia.chat.PlainText;
import dev.gaia.chat.RequestDocument;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/** The steps that check what a caller sends about stored conversations. */
final class ConversationRequests {

    private static final String DEFAULT_TITLE = "New Conversation";
    private static final int TITLE_MAX_CHARACTERS = 255;
    private static final Set<String> ROLES = Set.of("user", "assistant", "system");

    private final ObjectMapper mapper;

    ConversationRequests(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    /** Leaves the title of a new conversation in the header {@code sqlTitle}. */
    void readNewConversation(Exchange exchange) {
        var check = new CheckFields(document(exchange));
        var title = check.text("title").map(String::strip).filter(text -> !text.isEmpty());
        RequestDocument.refuseFaults(check);
        exchange.getMessage().setHeader("sqlTitle", cut(title.orElse(DEFAULT_TITLE)));
    }

    /** Leaves a checked change of a conversation as the body; what is absent or null stays as it is. */
    void readConversationChange(Exchange exchange) {
        var check = new CheckFields(document(exchange));
        var change = JsonNodeFactory.instance.objectNode();
        check.text("title")
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .ifPresent(title -> change.put("title", cut(title)));
        check.text("preview").ifPresent(preview -> change.put("preview", preview));
        RequestDocument.refuseFaults(check);
        exchange.getMessage().setBody(change);
    }

    /** Leaves a checked message to append as the body. */
    void readConversationMessage(Exchange exchange) {
        var document = document(exchange);
        var check = new CheckFields(document);
        var message = JsonNodeFactory.instance.objectNode();
        for (var field : List.of("role", "content")) {
            var text = "role".equals(field) ? check.oneOf(field, ROLES) : check.text(field);
            if (text.isEmpty() && !document.hasNonNull(field)) {
                check.refuse("missing", "Field required", field);
            }
            text.ifPresent(value -> message.put(field, value));
        }
        for (var field : List.of("model", "provider")) {
            check.text(field).ifPresent(value -> message.put(field, value));
        }
        check.integer("tokens_used", 0).ifPresent(tokens -> message.put("tokens_used", tokens));
        RequestDocument.refuseFaults(check);
        exchange.getMessage().setBody(message);
    }

    /** Leaves the text that is searched for in the variable {@code search}. */
    void readConversationSearch(Exchange exchange) {
        Map<?, ?> query = exchange.getVariable("query", Map.of(), Map.class);
        if (!(query.get("q") instanceof String search)) {
            throw Failure.invalid(FailureCode.CHAT_INVALID_REQUEST, List.of(Issue.missing("query", "q")));
        }
        exchange.setVariable("search", PlainText.clean(search));
    }

    private JsonNode document(Exchange exchange) {
        return RequestDocument.read(mapper, exchange.getMessage().getBody(byte[].class));
    }

    private static String cut(String title) {
        int length = title.codePointCount(0, title.length());
        return length <= TITLE_MAX_CHARACTERS
                ? title
                : title.substring(0, title.offsetByCodePoints(0, TITLE_MAX_CHARACTERS));
    }
}
