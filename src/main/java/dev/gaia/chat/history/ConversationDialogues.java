package dev.gaia.chat.history;

import static dev.gaia.chat.turn.ChatVariables.CONVERSATION_ASKED;
import static dev.gaia.chat.turn.ChatVariables.CONVERSATION_ID;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.chat.turn.ChatTurn;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.chat.turn.TimeOrderedId;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.GaiaHeaders;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps that tie a turn, or a request about it, to a stored conversation of the caller. */
final class ConversationDialogues {

    private static final Logger log = LoggerFactory.getLogger("chat-conversation-open");
    private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
    private static final int TITLE_CHARACTERS = 50;
    private static final String TITLE = "conversationTitle";

    private final Histories histories;
    private final HistoryQueue queue;
    private final HistoryNotice notice;
    private final ChatSettings settings;

    ConversationDialogues(Histories histories, HistoryQueue queue, HistoryNotice notice, ChatSettings settings) {
        this.histories = histories;
        this.queue = queue;
        this.notice = notice;
        this.settings = settings;
    }

    /**
     * Looks at the conversation the caller asked for: {@code conversationNew} when it is to be made, {@code
     * conversationUnknown} when it has to be looked up, neither when it is known from an earlier turn.
     */
    void recallConversation(Exchange exchange) {
        var asked = ChatVariables.text(exchange, CONVERSATION_ASKED).orElse("new");
        exchange.setVariable("conversationNew", "new".equals(asked));
        exchange.setVariable("conversationUnknown", false);
        if ("new".equals(asked)) {
            return;
        }
        var id = uuid(asked);
        exchange.setVariable(CONVERSATION_ASKED, id);
        if (histories.known(HistoryKey.ofConversation(user(exchange), id)).isPresent()) {
            use(exchange, id);
        } else {
            exchange.setVariable("conversationUnknown", true);
        }
    }

    /** Takes the conversation that the query of the request names, which wins over the body's. */
    void takeQueryConversation(Exchange exchange) {
        if (exchange.getVariable("query", java.util.Map.of(), java.util.Map.class)
                        .get("conversation_id")
                instanceof String id) {
            exchange.setVariable(CONVERSATION_ASKED, id.isBlank() ? "new" : id);
        }
    }

    /** The conversation that was asked for was found: body {@code MissingNode} means that it was not. */
    void useConversation(Exchange exchange) {
        requireConversation(exchange);
        use(exchange, ChatVariables.text(exchange, CONVERSATION_ASKED).orElseThrow());
    }

    /** Refuses with 404 when the body is no conversation. */
    void requireConversation(Exchange exchange) {
        if (exchange.getMessage().getBody(JsonNode.class).isMissingNode()) {
            throw unknown();
        }
    }

    /** Names a conversation that begins with this turn: its id, and unless the route has one, a title from the message. */
    void nameConversation(Exchange exchange) {
        var id = TimeOrderedId.next().toString();
        if (exchange.getVariable(TITLE) == null) {
            var message = ChatVariables.object(exchange, ChatVariables.REQUEST)
                    .path("message")
                    .asText()
                    .strip();
            int end = Math.min(message.length(), TITLE_CHARACTERS);
            if (end < message.length() && Character.isHighSurrogate(message.charAt(end - 1))) {
                end--;
            }
            exchange.setVariable(TITLE, end < message.length() ? message.substring(0, end) + "..." : message);
        }
        histories.begin(HistoryKey.ofConversation(user(exchange), id));
        use(exchange, id);
    }

    /** Has a conversation stored later, because the database is away. */
    void queueConversation(Exchange exchange) {
        var id = ChatVariables.text(exchange, CONVERSATION_ID).orElseThrow();
        boolean queued = histories.open(new HistoryStore.Change.Open(
                HistoryKey.ofConversation(user(exchange), id),
                Optional.ofNullable(exchange.getMessage().getHeader(GaiaHeaders.USER_EMAIL, String.class)),
                exchange.getVariable(TITLE, "", String.class)));
        if (!queued) {
            log.warn("the queue of dialogues is full: a conversation will not be stored");
        }
    }

    /** Binds the id in the path of the request; one that is no UUID is not found like any other. */
    void bindConversation(Exchange exchange) {
        var path = exchange.getVariable("path", java.util.Map.class);
        var id = uuid(String.valueOf(path.get("conversation_id")));
        exchange.setVariable(CONVERSATION_ASKED, id);
        exchange.getMessage().setHeader("sqlConversation", id);
    }

    /** Waits a moment for what was said in the conversation and is not stored yet. */
    void awaitConversation(Exchange exchange) throws InterruptedException {
        queue.awaitWritten(key(exchange), settings.historyClearTimeout().toNanos());
    }

    /** Forgets what memory has of a conversation that was deleted, and leaves the notice for other processes. */
    void forgetConversation(Exchange exchange) {
        histories.changedElsewhere(key(exchange), true);
        exchange.getMessage().setBody(notice.of(List.of(key(exchange)), true));
    }

    /** Forgets what memory has of a conversation that got a message, and leaves the notice for other processes. */
    void rereadConversation(Exchange exchange) {
        histories.changedElsewhere(key(exchange), false);
        exchange.getMessage().setBody(notice.of(List.of(key(exchange)), false));
    }

    private static void use(Exchange exchange, String id) {
        exchange.setVariable(CONVERSATION_ID, id);
        ChatTurn.of(exchange).put("conversation_id", id);
    }

    private static HistoryKey key(Exchange exchange) {
        return HistoryKey.ofConversation(
                user(exchange), ChatVariables.text(exchange, CONVERSATION_ASKED).orElseThrow());
    }

    private static String user(Exchange exchange) {
        return exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class);
    }

    private static String uuid(String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw unknown();
        }
        return text.toLowerCase(java.util.Locale.ROOT);
    }

    private static Failure unknown() {
        return Failure.of(FailureCode.CHAT_NOT_FOUND, "Conversation not found");
    }
}
