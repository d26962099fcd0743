package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.camel.Exchange;

/** Calls of one caller who is shown no thoughts, in which everything is one token long. */
abstract class PlainCalls implements CallSource {

    @Override
    public ModelCall.Caller caller(Exchange exchange) {
        return new ModelCall.Caller("request", "user");
    }

    @Override
    public boolean thinkingShown(Exchange exchange) {
        return false;
    }

    @Override
    public long promptTokens(Candidate candidate, JsonNode call) {
        return 1;
    }

    @Override
    public long tokens(Candidate candidate, String text) {
        return 1;
    }
}
