package dev.gaia.link;

import java.util.Locale;
import org.apache.camel.Exchange;

/**
 * Why nobody waits any more for the answer of an exchange, as its variable {@value #VARIABLE} tells whoever is then
 * interrupted or closed: the client left, unless whoever gave up said otherwise before.
 */
public final class Departure {

    /** The exchange variable. */
    public static final String VARIABLE = "departure";

    /** Who gave up. */
    public enum Reason {
        /** The client, as far as anybody knows. */
        CALLER("the caller left"),
        /** The process that asked stops. */
        STOPPING("the gateway stopped"),
        /** A limit of the platform's own was reached, or the way to the process that asked was lost. */
        GIVEN_UP("the gateway gave up");

        private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');
        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }

        /** As it crosses the link. */
        String word() {
            return word;
        }

        /** In people's words. */
        public String sentence() {
            return sentence;
        }

        /** The reason of that word; one that is missing or of a later version is the client's leaving. */
        static Reason of(String word) {
            for (var reason : values()) {
                if (reason.word.equals(word)) {
                    return reason;
                }
            }
            return CALLER;
        }
    }

    private volatile Reason reason = Reason.CALLER;

    /** That of an exchange, which has one from now on. */
    public static Departure of(Exchange exchange) {
        var known = exchange.getVariable(VARIABLE, Departure.class);
        if (known != null) {
            return known;
        }
        var departure = new Departure();
        exchange.setVariable(VARIABLE, departure);
        return departure;
    }

    public Reason reason() {
        return reason;
    }

    /** Says why; to be called before anybody is interrupted or closed for it. */
    public void because(Reason why) {
        reason = why;
    }
}
