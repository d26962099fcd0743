package dev.gaia.chat.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Counts tokens where no provider told them: exactly for models whose tokenizer the catalogue names, when the setting
 * allows it, else as {@link TokenEstimate} does. The table of an encoding is read when it is needed first, which takes
 * about half a second; {@code o200k_base} then holds 28 MB for good (measured 2026-11-28, jtokkit 1.1.0).
 */
public final class TokenCounter {

    /** Longer texts are counted to here, and the rest in proportion: a tokenizer takes up to 3 µs for a character. */
    private static final int EXACT_MAX_CHARACTERS = 100_000;

    private final ModelCatalogue catalogue;
    private final boolean exact;
    private final EncodingRegistry encodings = Encodings.newLazyEncodingRegistry();

    public TokenCounter(ModelCatalogue catalogue, boolean exact) {
        this.catalogue = catalogue;
        this.exact = exact;
    }

    /** Whether there is an encoding of that name. */
    static boolean knows(String encoding) {
        return EncodingType.fromName(encoding).isPresent();
    }

    /** The names there are, for people. */
    static String names() {
        return String.join(
                ", ",
                Arrays.stream(EncodingType.values()).map(EncodingType::getName).toList());
    }

    /** Tokens of a text; at least 1, unless it is empty. */
    public long of(String model, String text) {
        return exactly(model, text).orElseGet(() -> TokenEstimate.of(text));
    }

    /** Tokens of a neutral call: its entries and the tools it offers. */
    public long ofCall(String model, JsonNode call) {
        return TokenEstimate.ofCall(call, text -> of(model, text));
    }

    /** Exact tokens of a text; empty where they can only be estimated. */
    public OptionalLong exactly(String model, String text) {
        return encoding(model).map(type -> OptionalLong.of(count(type, text))).orElse(OptionalLong.empty());
    }

    /** Exact tokens of a call, but for pictures; empty where they can only be estimated. */
    public OptionalLong exactlyOfCall(String model, JsonNode call) {
        return encoding(model).isPresent() ? OptionalLong.of(ofCall(model, call)) : OptionalLong.empty();
    }

    private Optional<EncodingType> encoding(String model) {
        return exact
                ? catalogue
                        .find(model)
                        .flatMap(found -> catalogue.tokenizer(found.entry()))
                        .flatMap(EncodingType::fromName)
                : Optional.empty();
    }

    private long count(EncodingType type, String text) {
        var encoding = encodings.getEncoding(type);
        if (text.length() <= EXACT_MAX_CHARACTERS) {
            return encoding.countTokensOrdinary(text);
        }
        long beginning = encoding.countTokensOrdinary(text.substring(0, EXACT_MAX_CHARACTERS));
        return beginning * text.length() / EXACT_MAX_CHARACTERS;
    }
}
