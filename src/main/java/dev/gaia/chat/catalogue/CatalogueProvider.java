package dev.gaia.chat.catalogue;

import static java.util.Objects.requireNonNullElse;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A provider of models, as the catalogue has it.
 *
 * @param name what requests and answers call it
 * @param title what people call it
 * @param route last part of its route's id, {@code chat-provider-<route>}, and of its settings,
 *     {@code gaia.provider.endpoints.<route>}
 * @param baseUrl address of a server that speaks OpenAI's form and has no route of its own
 * @param keyVariable environment variable that holds the key for that address; none when it needs no key
 * @param defaultModel the model it is asked for when none is named
 * @param usageKey what usage figures call it
 * @param simulated whether it only pretends to be a model, which its answers then say
 * @param streamOptions whether it understands {@code stream_options}
 * @param collectStreams whether a call that wants its answer whole is asked as a stream and put together here, so that a
 *     silent or stalling model is left early; by default where {@code streamOptions} lets a stream tell its usage
 * @param legacyMaxTokens whether it knows {@code max_tokens} only, not {@code max_completion_tokens}
 * @param openaiFields whether it knows what only OpenAI's own servers do, such as {@code store}; by default who has a
 *     route of its own
 * @param idempotencyHeader header for the key of an attempt, by which the server at {@code baseUrl} knows a request that
 *     it is sent again; empty when it knows none
 * @param tokenizer the encoding that counts tokens of its models as it does, unless they name another; empty when unknown
 */
public record CatalogueProvider(
        String name,
        String title,
        String route,
        Optional<String> baseUrl,
        Optional<String> keyVariable,
        String defaultModel,
        String usageKey,
        Boolean simulated,
        Boolean streamOptions,
        Boolean collectStreams,
        Boolean legacyMaxTokens,
        Boolean openaiFields,
        Optional<String> idempotencyHeader,
        Optional<String> tokenizer) {

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,50}");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,49}");

    public CatalogueProvider {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a provider needs a `name` of small letters, digits and dashes, at most 50 of them");
        }
        if (defaultModel == null || defaultModel.isBlank()) {
            throw new IllegalArgumentException("the provider " + name + " needs a `default-model`");
        }
        title = requireNonNullElse(title, name);
        route = requireNonNullElse(route, name);
        if (!NAME.matcher(route).matches()) {
            throw new IllegalArgumentException(
                    "the `route` of the provider " + name + " must be of small letters, digits and dashes");
        }
        usageKey = requireNonNullElse(usageKey, name.replace('-', '_').toLowerCase(Locale.ROOT));
        baseUrl = requireNonNullElse(baseUrl, Optional.<String>empty());
        keyVariable = requireNonNullElse(keyVariable, Optional.<String>empty());
        simulated = requireNonNullElse(simulated, false);
        streamOptions = requireNonNullElse(streamOptions, true);
        collectStreams = requireNonNullElse(collectStreams, streamOptions);
        legacyMaxTokens = requireNonNullElse(legacyMaxTokens, false);
        openaiFields = requireNonNullElse(openaiFields, baseUrl.isEmpty());
        idempotencyHeader = requireNonNullElse(idempotencyHeader, Optional.<String>empty());
        if (!idempotencyHeader.map(HEADER.asMatchPredicate()::test).orElse(true)) {
            throw new IllegalArgumentException("the `idempotency-header` of the provider " + name
                    + " must be of letters, digits and dashes, like Idempotency-Key");
        }
        tokenizer = requireNonNullElse(tokenizer, Optional.<String>empty());
        CatalogueModel.requireTokenizer(tokenizer);
    }
}
