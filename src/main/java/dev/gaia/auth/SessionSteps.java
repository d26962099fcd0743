package dev.gaia.auth;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import org.apache.camel.Exchange;

/** Steps of the routes that end sessions, here and in other processes, and that ask whether one has ended. */
final class SessionSteps {

    private static final String FIELD = "session_id";

    private final EndedSessions ended;
    private final ObjectMapper mapper;

    SessionSteps(EndedSessions ended, ObjectMapper mapper) {
        this.ended = ended;
        this.mapper = mapper;
    }

    /** Reads the event {@code {"session_id"}} in the body into the variable {@code endedSession}; absent when it is none. */
    void readSessionEnded(Exchange exchange) throws IOException {
        var session =
                mapper.readTree(exchange.getMessage().getBody(byte[].class)).path(FIELD);
        if (session.isTextual()) {
            exchange.setVariable(CredentialVariables.ENDED_SESSION, session.textValue());
        }
    }

    /** Writes that event into the variable {@code event}. */
    void writeSessionEnded(Exchange exchange) {
        String session = exchange.getVariable(CredentialVariables.ENDED_SESSION, String.class);
        exchange.setVariable("event", JsonNodeFactory.instance.objectNode().put(FIELD, session));
    }

    /** Refuses the tokens of the session in {@code endedSession} from now on. */
    void forgetSession(Exchange exchange) {
        String session = exchange.getVariable(CredentialVariables.ENDED_SESSION, String.class);
        if (session != null && !session.isEmpty()) {
            ended.add(session);
        }
    }

    /** Names no caller after all when the variable {@code sessionRows} holds no row of the session. */
    void judgeSession(Exchange exchange) {
        if (exchange.getVariable("sessionRows", List.class).isEmpty()) {
            ended.add(exchange.getVariable(CredentialVariables.TOKEN_SESSION, String.class));
            exchange.removeVariable(CredentialVariables.CALLER);
        }
    }
}
