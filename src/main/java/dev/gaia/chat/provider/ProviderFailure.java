package dev.gaia.chat.provider;

import static java.util.Objects.requireNonNull;

import java.io.Serial;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A model provider that gave no answer. The kind alone decides what follows; the message is for the log, which holds no
 * words of a provider: they may quote a dialogue or a key.
 */
public final class ProviderFailure extends Exception {

    @Serial
    private static final long serialVersionUID = 2L;

    /** The classes of failures, after section 3 of the failure contract. */
    public enum Kind {
        RATE(true, "the model provider limits the rate of requests"),
        QUOTA(true, "the model provider's quota is used up"),
        TRANSIENT(true, "the model provider had a temporary fault"),
        CONNECT(true, "the model provider could not be reached"),
        SILENT(true, "the model provider did not answer in time"),
        BROKEN(true, "the model provider's answer broke off"),
        AUTH(true, "the model provider refused this platform's credentials"),
        UNKNOWN_MODEL(true, "the model provider does not offer the model"),
        CONTEXT(false, "the conversation is too long for the model"),
        REFUSAL(false, "the model provider declined to answer this request"),
        REQUEST(false, "the model provider could not use this request"),
        PREFILL_REFUSED(true, "the model provider's answer broke off"),
        LOCAL(true, "no further request can be sent to the model provider now");

        private final boolean anotherMayHelp;
        private final String sentence;

        Kind(boolean anotherMayHelp, String sentence) {
            this.anotherMayHelp = anotherMayHelp;
            this.sentence = sentence;
        }

        /** False when another provider would be asked the same thing in vain, or must not be asked. */
        public boolean anotherMayHelp() {
            return anotherMayHelp;
        }

        /** What the caller may read. */
        public String sentence() {
            return sentence;
        }
    }

    /** What was noticed beside the class. */
    public enum Sign {
        /**
         * The same must not be asked again at once: unknown name, refused certificate, an answer without end, one that
         * had begun.
         */
        LASTING,
        /** It went silent in the middle of its answer; asked again it may cost as long. */
        STALLED,
        /** The request went out on a connection that had carried one before. */
        REUSED_CONNECTION,
        /** The certificate is not to be trusted. */
        UNTRUSTED,
        /** The compressed answer could not be read; asked plainly, the provider may answer. */
        UNREADABLE,
        /** The model said that it was done, without a word. */
        EMPTY,
        /** The time of the whole call was over before that of the attempt, which says nothing of the provider. */
        CALL_OVER,
        /** The provider was still at work when this side closed the connection. */
        LET_GO,
        /** This process stops. */
        STOPPING
    }

    /**
     * What else is known of a failure.
     *
     * @param status the provider's, 0 when it sent none
     * @param code the provider's own code, empty when it gave none
     * @param words the provider's own message, shown only for kinds that hand it on
     * @param retryAfter how long the provider asks to be left alone
     */
    public record Details(int status, String code, String words, Optional<Duration> retryAfter, Set<Sign> signs) {

        public static final Details NONE = new Details(0, "", "", Optional.empty(), Set.of());

        public Details {
            signs = Set.copyOf(signs);
        }

        public boolean has(Sign sign) {
            return signs.contains(sign);
        }

        /** The same with a further sign. */
        public Details with(Sign sign) {
            var more = EnumSet.of(sign);
            more.addAll(signs);
            return new Details(status, code, words, retryAfter, more);
        }

        /** The same with another hint, such as what is left of it now. */
        public Details retryAfter(Duration hint) {
            return new Details(status, code, words, Optional.of(hint), signs);
        }
    }

    private final Kind kind;
    private final transient Details details;

    public ProviderFailure(Kind kind, String message) {
        this(kind, message, Details.NONE);
    }

    public ProviderFailure(Kind kind, String message, Details details) {
        super(kind + ": " + message, null, false, false);
        this.kind = requireNonNull(kind, "kind is null");
        this.details = requireNonNull(details, "details is null");
    }

    public Kind kind() {
        return kind;
    }

    /**
     * The same of a call that is no continuation: the beginning of an answer that was refused is then the caller's own,
     * and no other model is asked what this one could not use.
     */
    public ProviderFailure ofQuestion() {
        return kind == Kind.PREFILL_REFUSED ? new ProviderFailure(Kind.REQUEST, getMessage(), details) : this;
    }

    public Details details() {
        return details;
    }
}
