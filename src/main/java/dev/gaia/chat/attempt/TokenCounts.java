package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalLong;

/** Counts tokens as a model's provider does, for what it did not tell. Empty where they can only be estimated. */
public interface TokenCounts {

    /** Tokens of a text. */
    OptionalLong tokens(Candidate candidate, String text);

    /** Tokens of a call in the neutral form. */
    OptionalLong promptTokens(Candidate candidate, JsonNode call);
}
