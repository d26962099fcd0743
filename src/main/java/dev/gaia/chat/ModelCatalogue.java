package dev.gaia.chat;

import static java.util.Objects.requireNonNullElse;

import dev.gaia.mapping.TableReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The models and providers of {@code mappings/chat/models.yaml}, in their order there.
 *
 * @param providers in order of preference
 * @param models with a name, or with a pattern whose names are handed upstream unchanged
 */
public record ModelCatalogue(List<Provider> providers, List<Model> models) {

    /** File in the mappings folder. */
    static final String FILE = "chat/models.yaml";

    /**
     * A provider of models.
     *
     * @param name what requests and answers call it
     * @param route last part of its route's id, {@code chat-provider-<route>}, and of its settings,
     *     {@code gaia.provider.endpoints.<route>}
     * @param defaultModel the model it is asked for when none is named
     * @param simulated whether it only pretends to be a model, which its answers then say
     */
    public record Provider(String name, String route, String defaultModel, boolean simulated) {

        public Provider {
            require("a provider", "name", name);
            require("the provider " + name, "route", route);
            require("the provider " + name, "default-model", defaultModel);
        }
    }

    /**
     * A model, or a family of them.
     *
     * @param id what the provider calls it; empty for a family
     * @param pattern names of a family, ending in {@code *}; empty for a single model
     * @param aliases names of other days that mean this model
     */
    public record Model(String id, String pattern, String provider, List<String> aliases) {

        public Model {
            require("a model", "provider", provider);
            id = requireNonNullElse(id, "");
            pattern = requireNonNullElse(pattern, "");
            aliases = List.copyOf(requireNonNullElse(aliases, List.of()));
            if (id.isEmpty() == pattern.isEmpty()) {
                throw new IllegalArgumentException("a model of " + provider + " needs either an id or a pattern");
            }
            if (!pattern.isEmpty() && !pattern.endsWith("*")) {
                throw new IllegalArgumentException("the pattern " + pattern + " must end in *");
            }
        }

        private boolean matches(String name) {
            return !pattern.isEmpty() && name.startsWith(pattern.substring(0, pattern.length() - 1));
        }
    }

    /**
     * A named model found.
     *
     * @param model name to send upstream
     */
    record Found(String model, String provider) {}

    public ModelCatalogue {
        providers = List.copyOf(requireNonNullElse(providers, List.of()));
        models = List.copyOf(requireNonNullElse(models, List.of()));
        Map<String, String> owners = new HashMap<>();
        var known = providers.stream().map(Provider::name).toList();
        for (var model : models) {
            if (!known.contains(model.provider())) {
                throw new IllegalArgumentException(
                        "the provider " + model.provider() + " is not in the list of providers");
            }
            Stream.concat(Stream.of(model.id()).filter(id -> !id.isEmpty()), model.aliases().stream())
                    .forEach(name -> {
                        if (owners.put(name, model.provider()) != null) {
                            throw new IllegalArgumentException("the name " + name + " stands for two models");
                        }
                    });
        }
    }

    static ModelCatalogue read(TableReader tables) {
        return tables.read(FILE, ModelCatalogue.class);
    }

    /** The model of that name: by id, then by alias, then by the first pattern that fits. */
    Optional<Found> find(String name) {
        Optional<Found> family = Optional.empty();
        for (var model : models) {
            if (model.id().equals(name) || model.aliases().contains(name)) {
                return Optional.of(new Found(model.id(), model.provider()));
            }
            if (family.isEmpty() && model.matches(name)) {
                family = Optional.of(new Found(name, model.provider()));
            }
        }
        return family;
    }

    Optional<Provider> provider(String name) {
        return providers.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst();
    }

    private static void require(String owner, String field, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(owner + " needs a " + field);
        }
    }
}
