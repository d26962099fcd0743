package dev.gaia.link;

import java.io.Serial;

/**
 * The link itself failed: the segment was not reached, or its answer did not come whole. Never a decision of the
 * segment, which is a {@link dev.gaia.error.Failure}.
 *
 * <p>Carries no stack trace: it reports a state of the outside world, and under load there may be thousands.
 */
public final class LinkFailure extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Kind {
        /** The broker is there, but no process serves the flow. */
        NO_RESPONDER,
        /** The answer's head did not come within {@code gaia.link.timeout}. */
        TIMEOUT,
        /** No connection to the broker, or it was lost while the answer was awaited. */
        DISCONNECTED,
        /** The segment refused at once, since it already works on as many requests as it may. */
        OVERLOADED,
        /** The segment fell silent, or spoke against the protocol. */
        BROKEN
    }

    private final Kind kind;
    private final boolean started;

    private LinkFailure(Kind kind, boolean started, String message) {
        super(message, null, false, false);
        this.kind = kind;
        this.started = started;
    }

    /** The request was surely not started anywhere: it may be answered in another way. */
    public static LinkFailure notStarted(Kind kind, String message) {
        return new LinkFailure(kind, false, message);
    }

    /** The request may have been started, or even finished: repeating it could do things twice. */
    public static LinkFailure perhapsStarted(Kind kind, String message) {
        return new LinkFailure(kind, true, message);
    }

    public Kind kind() {
        return kind;
    }

    /** False only when the request was surely not started. */
    public boolean mayHaveStarted() {
        return started;
    }
}
