package dev.gaia.chat.attempt;

import static java.util.Objects.requireNonNull;

import dev.gaia.chat.catalogue.CatalogueModel.Price;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A model at a provider, which a call can be sent to: a "route" of the failure contract.
 *
 * @param provider what answers call the provider
 * @param route last part of the id of the provider's route, and of its settings
 * @param model what the provider calls the model
 * @param simulated whether it only pretends to be a model
 * @param traits what is known of the model
 */
public record Candidate(String provider, String route, String model, boolean simulated, Traits traits) {

    /** How a model is told to go on with an answer that broke off. */
    public enum Prefill {
        /** A last entry of the assistant is taken as the beginning of the answer. */
        NATIVE,
        /** The same, when a flag of the call says so. */
        FLAG,
        /** The same, when that entry itself says so. */
        PREFIX,
        /** Such an entry is refused, or read as a finished turn. */
        NONE
    }

    /**
     * What the catalogue knows of a model.
     *
     * @param window tokens of question and answer together; empty when unknown
     * @param reasoning whether it thinks before the first word
     * @param collects whether an answer that is wanted whole is asked for as a stream
     * @param own by what settings it is asked, where the catalogue has some for it
     * @param price empty when unknown
     */
    public record Traits(
            OptionalLong window,
            boolean reasoning,
            boolean collects,
            Prefill prefill,
            Optional<ModelSettings> own,
            Optional<Price> price) {

        public static final Traits UNKNOWN =
                new Traits(OptionalLong.empty(), false, false, Prefill.NONE, Optional.empty(), Optional.empty());
    }

    public Candidate {
        requireNonNull(provider, "provider is null");
        requireNonNull(route, "route is null");
        requireNonNull(model, "model is null");
        requireNonNull(traits, "traits is null");
    }

    /** By what it is asked: its own, or those of the process. */
    AttemptSettings settings(AttemptSettings ofProcess) {
        return traits.own().map(ModelSettings::attempts).orElse(ofProcess);
    }

    /** Names the route where state is kept: one provider's endpoint and one model. */
    String key() {
        return route + "/" + model;
    }

    /** True when it may hold what was too long for the other one. */
    boolean mayHoldMoreThan(Candidate other) {
        return traits.window().isEmpty()
                || other.traits().window().isEmpty()
                || traits.window().getAsLong() > other.traits().window().getAsLong();
    }

    /** Of two that were too small the one that tells more: the larger of known windows. */
    Candidate largerWindow(Candidate other) {
        long own = traits.window().orElse(0);
        return other.traits().window().orElse(0) > own ? other : this;
    }
}
