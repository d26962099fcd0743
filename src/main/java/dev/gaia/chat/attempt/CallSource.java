package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.ProviderFailure;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/** What the chat segment knows of a call that is to be made. */
public interface CallSource extends TokenCounts {

    /** The models that may answer: the one that was chosen, then its fallbacks in order when the caller allows any. */
    List<Candidate> candidates(Exchange exchange);

    /**
     * Makes a candidate the one that is asked: in the call, and in what is known of the turn.
     *
     * @param fallback whether it is another than was chosen
     * @param reason why the one before it was left; empty for the first
     */
    void choose(Exchange exchange, Candidate candidate, boolean fallback, Optional<ProviderFailure> reason);

    /** The call in its neutral form; changed by {@link #choose}. */
    ObjectNode call(Exchange exchange);

    /** Who called. */
    ModelCall.Caller caller(Exchange exchange);

    /** True when the client reads thinking as blocks with a signature. */
    boolean thinkingShown(Exchange exchange);
}
