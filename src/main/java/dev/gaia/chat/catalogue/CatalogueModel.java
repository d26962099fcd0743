package dev.gaia.chat.catalogue;

import static java.util.Objects.requireNonNullElse;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model, or a family of them, as the catalogue has it.
 *
 * @param id what the provider calls it; empty for a family
 * @param pattern names of a family, ending in {@code *}; empty for a single model
 * @param title what people call it
 * @param aliases names of other days that mean this model
 * @param capabilities of chat, streaming, tool_calling, vision, code_generation, multimodal, long_context
 * @param context tokens of request and answer together; 0 when unknown
 * @param maxOutput most tokens of an answer; 0 when unknown
 * @param price USD per million tokens
 * @param latencyMs typical milliseconds of an answer, until live figures tell
 * @param quality 0 to 1
 * @param speed 0 to 1
 * @param fallbacks models to ask in its place, best first
 * @param deprecated whether its provider advises against it
 * @param reasoning whether it thinks before it answers, and so takes an effort; empty when unknown
 * @param sampling whether it takes a temperature; empty when unknown
 * @param forcedTools whether a call of a tool can be forced; empty when unknown
 * @param structuredOutput whether its answer can be given a form, such as a JSON schema; empty when unknown
 * @param thinking {@code always} when thinking cannot be switched off
 * @param collectStreams as for its provider, when this model differs from the others; empty when not
 * @param prefill whether an answer can be begun by the caller
 * @param prefillFlag how that is said, where a flag must say it
 * @param limits how patiently it is asked, where that differs from the settings
 * @param tokenizer the encoding that counts its tokens; empty for that of its provider
 */
public record CatalogueModel(
        String id,
        String pattern,
        String title,
        String description,
        String provider,
        List<String> aliases,
        List<String> capabilities,
        Integer context,
        Integer maxOutput,
        Price price,
        Integer latencyMs,
        Double quality,
        Double speed,
        List<String> fallbacks,
        Boolean deprecated,
        Optional<Boolean> reasoning,
        Optional<Boolean> sampling,
        Optional<Boolean> forcedTools,
        Optional<Boolean> structuredOutput,
        Optional<String> thinking,
        Optional<Boolean> collectStreams,
        Prefill prefill,
        PrefillFlag prefillFlag,
        ModelLimits limits,
        Optional<String> tokenizer) {

    /** The capabilities there are, in the order answers list them. */
    public static final List<String> CAPABILITIES =
            List.of("chat", "streaming", "tool_calling", "vision", "code_generation", "multimodal", "long_context");

    /** How an answer that broke off can be continued; see section 11.3 of the failure contract. */
    public enum Prefill {
        NATIVE,
        FLAG,
        NONE,
        UNKNOWN
    }

    /** How a model with {@link Prefill#FLAG} is told to go on with the last entry. */
    public enum PrefillFlag {
        /** {@code continue_final_message} true and {@code add_generation_prompt} false in the call. */
        CONTINUE,
        /** {@code prefix} true in the entry. */
        PREFIX
    }

    /**
     * USD per million tokens.
     *
     * @param cached of the input tokens that the provider had kept; null when no other than {@code input}
     */
    public record Price(BigDecimal input, BigDecimal cached, BigDecimal output) {

        private static final int MILLION_DIGITS = 6;
        private static final int DECIMALS = 8;

        public Price {
            input = requireNonNullElse(input, BigDecimal.ZERO);
            output = requireNonNullElse(output, BigDecimal.ZERO);
            cached = requireNonNullElse(cached, input);
            if (input.signum() < 0 || output.signum() < 0 || cached.signum() < 0) {
                throw new IllegalArgumentException("a price must be 0 or more");
            }
        }

        /**
         * USD of one answer, to eight decimals.
         *
         * @param kept of the input tokens that the provider had kept; never more than all of them count
         */
        public BigDecimal of(long inputTokens, long kept, long outputTokens) {
            long cheap = Math.min(kept, inputTokens);
            return input.multiply(BigDecimal.valueOf(inputTokens - cheap))
                    .add(cached.multiply(BigDecimal.valueOf(cheap)))
                    .add(output.multiply(BigDecimal.valueOf(outputTokens)))
                    .movePointLeft(MILLION_DIGITS)
                    .setScale(DECIMALS, RoundingMode.HALF_UP);
        }
    }

    public CatalogueModel {
        id = requireNonNullElse(id, "");
        pattern = requireNonNullElse(pattern, "");
        if (id.isEmpty() == pattern.isEmpty()) {
            throw new IllegalArgumentException("a model needs either an `id` or a `pattern`");
        }
        if (!pattern.isEmpty() && !pattern.endsWith("*")) {
            throw new IllegalArgumentException("the pattern " + pattern + " must end in *");
        }
        if (provider == null || provider.isBlank()) {
            throw new IllegalArgumentException("the model " + id + pattern + " needs a `provider`");
        }
        title = requireNonNullElse(title, id + pattern);
        description = requireNonNullElse(description, "");
        aliases = List.copyOf(requireNonNullElse(aliases, List.of()));
        capabilities = List.copyOf(requireNonNullElse(capabilities, List.of("chat", "streaming")));
        for (var capability : capabilities) {
            if (!CAPABILITIES.contains(capability)) {
                throw new IllegalArgumentException(
                        "there is no capability " + capability + "; write one of " + String.join(", ", CAPABILITIES));
            }
        }
        context = atLeastZero("context", context);
        maxOutput = atLeastZero("max-output", maxOutput);
        price = requireNonNullElse(price, new Price(null, null, null));
        latencyMs = latencyMs == null ? 1_000 : atLeastZero("latency-ms", latencyMs);
        quality = share("quality", quality);
        speed = share("speed", speed);
        fallbacks = List.copyOf(requireNonNullElse(fallbacks, List.of()));
        deprecated = requireNonNullElse(deprecated, false);
        reasoning = requireNonNullElse(reasoning, Optional.<Boolean>empty());
        sampling = requireNonNullElse(sampling, Optional.<Boolean>empty());
        forcedTools = requireNonNullElse(forcedTools, Optional.<Boolean>empty());
        structuredOutput = requireNonNullElse(structuredOutput, Optional.<Boolean>empty());
        thinking = requireNonNullElse(thinking, Optional.<String>empty());
        collectStreams = requireNonNullElse(collectStreams, Optional.<Boolean>empty());
        prefill = requireNonNullElse(prefill, Prefill.UNKNOWN);
        prefillFlag = requireNonNullElse(prefillFlag, PrefillFlag.CONTINUE);
        limits = requireNonNullElse(limits, ModelLimits.NONE);
        tokenizer = requireNonNullElse(tokenizer, Optional.<String>empty());
        requireTokenizer(tokenizer);
    }

    static void requireTokenizer(Optional<String> tokenizer) {
        if (tokenizer.isPresent() && !TokenCounter.knows(tokenizer.get())) {
            throw new IllegalArgumentException(
                    "there is no tokenizer " + tokenizer.get() + "; write one of " + TokenCounter.names());
        }
    }

    /** Id, or pattern of a family: what no other entry has. */
    public String key() {
        return id + pattern;
    }

    public boolean family() {
        return id.isEmpty();
    }

    /** Id and aliases; none for a family. */
    List<String> names() {
        return family()
                ? aliases
                : Stream.concat(Stream.of(id), aliases.stream()).toList();
    }

    boolean matches(String name) {
        return family() && name.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    private static int atLeastZero(String field, Integer value) {
        if (value != null && value < 0) {
            throw new IllegalArgumentException("`" + field + "` is " + value + "; it must be 0 or more");
        }
        return requireNonNullElse(value, 0);
    }

    private static double share(String field, Double value) {
        if (value != null && !(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("`" + field + "` is " + value + "; it must be between 0 and 1");
        }
        return requireNonNullElse(value, 0.5);
    }
}
