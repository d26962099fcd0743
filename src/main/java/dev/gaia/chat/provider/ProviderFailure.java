package dev.gaia.chat.provider;

import static java.util.Objects.requireNonNull;

import java.io.Serial;

/**
 * A model provider that gave no answer. The kind alone decides what follows; the message is for the log and never
 * reaches a caller, since it may quote the provider.
 */
public final class ProviderFailure extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

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
        LOCAL(true, "too many requests to the model provider are waiting");

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

    private final Kind kind;

    public ProviderFailure(Kind kind, String message) {
        super(kind + ": " + message, null, false, false);
        this.kind = requireNonNull(kind, "kind is null");
    }

    public Kind kind() {
        return kind;
    }
}
