package dev.gaia.chat.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The exchange variables of the chat segment, as routes, mappings and steps name them.
 *
 * <p>JSON documents are read by mappings as {@code $name}; plain values exist beside them where a route branches.
 */
public final class ChatVariables {

    /** The checked request, see {@code ReadChatRequest}: JSON object. */
    public static final String REQUEST = "request";

    /** What is known about this turn of the dialogue, see {@link ChatTurn}: JSON object. */
    public static final String TURN = "turn";

    /** The persona in effect, {@code {"id","name","system_prompt","capabilities"}}: JSON object. */
    public static final String PERSONA = "persona";

    /** Earlier entries of the caller's dialogue, {@code {"role","content"}} each, oldest first: JSON array. */
    public static final String HISTORY = "history";

    /** The tools offered to the model, in OpenAI's function form: JSON array, absent when none. */
    public static final String TOOLS = "tools";

    /** The call to make, in the neutral shape of {@code mappings/README.md}: JSON object. */
    public static final String CALL = "call";

    /** Who really answered, and how often was asked, see {@code mappings/README.md}: JSON object. */
    public static final String GATEWAY = "gateway";

    /** Whether the next call of a model goes on with the answer of the one before, after tools ran: boolean. */
    public static final String FURTHER_ROUND = "furtherRound";

    /** Which of the caller's histories: {@code v1} …: text. */
    public static final String SURFACE = "surface";

    /** How many entries of the dialogue a model is told, absent for all: number. */
    public static final String CONTEXT_ENTRIES = "contextEntries";

    /** The stored conversation the caller asked for, {@code new} or an id: text, absent when none. */
    public static final String CONVERSATION_ASKED = "conversationAsked";

    /** The stored conversation that this turn belongs to, surely the caller's own: text, absent when none. */
    public static final String CONVERSATION_ID = "conversationId";

    /** Whether the caller asked for a stream: boolean. */
    public static final String STREAM = "stream";

    /** What another model is given to go on with an answer that broke off, JSON; absent otherwise. */
    public static final String CONTINUATION = "continuation";

    /** Model and provider the caller named: text, absent when none. */
    public static final String ASKED_MODEL = "askedModel";

    public static final String ASKED_PROVIDER = "askedProvider";

    /** Model and priority that count when the caller named no model or no priority: text, absent when none. */
    public static final String PREFERRED_MODEL = "preferredModel";

    public static final String PREFERRED_PRIORITY = "preferredPriority";

    /** Persona the caller named, {@code default} when none: text. */
    public static final String ASKED_PERSONA = "askedPersona";

    /** Model and provider that were chosen, as answers name them: text. */
    public static final String MODEL = "model";

    public static final String PROVIDER = "provider";

    /** The route that calls the chosen provider, without {@code chat-provider-}: text, absent before the choice. */
    public static final String PROVIDER_ROUTE = "providerRoute";

    /**
     * Whether the variable of that name still has to be found: boolean. Routes branch on these, because comparing a
     * JSON document with null would have Camel write it as text first.
     */
    public static final String PERSONA_UNKNOWN = "personaUnknown";

    public static final String HISTORY_UNKNOWN = "historyUnknown";
    public static final String MODEL_UNKNOWN = "modelUnknown";

    /** Attempts that one model call may make in all, 1 or more; absent for the setting's limit: number. */
    public static final String ATTEMPTS_MAX = "attemptsMax";

    /** How long the model calls of this exchange may take together, absent for the setting's limits: duration, 5s. */
    public static final String ANSWER_WITHIN = "answerWithin";

    /** The moment of {@link System#nanoTime()} at which that time is over, set by the first call unless before: long. */
    public static final String ANSWER_BY = "answerBy";

    /** Why a turn has no answer: exception. */
    public static final String FAILURE = "failure";

    private ChatVariables() {}

    public static ObjectNode object(Exchange exchange, String name) {
        return exchange.getVariable(name, ObjectNode.class);
    }

    public static Optional<String> text(Exchange exchange, String name) {
        return Optional.ofNullable(exchange.getVariable(name, String.class));
    }
}
