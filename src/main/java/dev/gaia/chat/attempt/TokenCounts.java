package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.JsonNode;

/** Counts tokens that a provider did not tell: as it would where its tokenizer is known, else by an estimate. */
public interface TokenCounts {

    /** Tokens of a text. */
    long tokens(Candidate candidate, String text);

    /** Tokens of a call in the neutral form. */
    long promptTokens(Candidate candidate, JsonNode call);
}
