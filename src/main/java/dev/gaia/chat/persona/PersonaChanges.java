package dev.gaia.chat.persona;

import dev.gaia.chat.PersonaCache;
import dev.gaia.link.GaiaHeaders;
import java.io.IOException;
import java.util.Optional;
import org.apache.camel.Exchange;

/** The steps that make changes of personas visible: here at once, in other processes by a notice. */
final class PersonaChanges {

    private final PersonaCache cache;
    private final PersonaNotice notice;

    PersonaChanges(PersonaCache cache, PersonaNotice notice) {
        this.cache = cache;
        this.notice = notice;
    }

    /** Forgets all personas, since any caller may use a changed one, and leaves the notice as the body. */
    void forgetPersonas(Exchange exchange) {
        cache.forget(Optional.empty());
        exchange.getMessage().setBody(notice.of(Optional.empty()));
    }

    /** Forgets what the caller had chosen, and leaves the notice as the body. */
    void forgetChoice(Exchange exchange) {
        var user = Optional.of(exchange.getMessage().getHeader(GaiaHeaders.USER_ID, "", String.class));
        cache.forget(user);
        exchange.getMessage().setBody(notice.of(user));
    }

    /** Obeys another process: body is the message of {@link PersonaNotice}. */
    void dropChangedPersonas(Exchange exchange) throws IOException {
        notice.ofAnother(exchange)
                .ifPresent(event ->
                        cache.forget(Optional.ofNullable(event.path("user_id").textValue())));
    }
}
