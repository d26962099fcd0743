package dev.gaia.chat.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.mapping.MappingFault;
import dev.gaia.mapping.TableReader;
import dev.gaia.mapping.TableRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models and providers of {@code mappings/chat/models.yaml} and of the operator's own file, in their order there.
 * Never changes after the start.
 */
public final class ModelCatalogue {

    /** File in the mappings folder. */
    static final String FILE = "chat/models.yaml";

    private static final String PROVIDERS = "providers";
    private static final String MODELS = "models";
    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final List<CatalogueProvider> providers;
    private final List<CatalogueModel> models;
    private final Map<String, CatalogueModel> byName = new HashMap<>();
    private final Map<String, JsonNode> facts = new HashMap<>();

    /**
     * A named model found.
     *
     * @param model name to send upstream
     * @param entry what the catalogue says of it
     */
    public record Found(String model, String provider, CatalogueModel entry) {}

    private ModelCatalogue(List<CatalogueProvider> providers, List<CatalogueModel> models) {
        this.providers = List.copyOf(providers);
        this.models = List.copyOf(models);
        for (var model : models) {
            model.names().forEach(name -> byName.put(name, model));
            facts.put(model.key(), facts(model, provider(model.provider()).orElseThrow()));
        }
    }

    /**
     * Reads the catalogue.
     *
     * @param additions the operator's own file
     * @throws MappingFault when an entry is wrong: file, line, and what to write instead
     */
    public static ModelCatalogue read(TableReader tables, Optional<Path> additions) {
        var lists = List.of(PROVIDERS, MODELS);
        var own = tables.read(tables.table(FILE), lists, "create it or correct `gaia.mappings-dir`");
        var more = additions.map(
                file -> tables.read(file, lists, "create it or correct `gaia.chat.models-file` (GAIA_MODELS_FILE)"));
        var providerRows = merge(own.get(PROVIDERS), more.map(file -> file.get(PROVIDERS)), "name", "name");
        var modelRows = merge(own.get(MODELS), more.map(file -> file.get(MODELS)), "id", "pattern");
        var providers = providerRows.stream()
                .map(row -> row.as(tables.mapper(), CatalogueProvider.class))
                .toList();
        var models = new ArrayList<CatalogueModel>();
        Map<String, String> owners = new HashMap<>();
        for (var row : modelRows) {
            var model = row.as(tables.mapper(), CatalogueModel.class);
            if (providers.stream().noneMatch(provider -> provider.name().equals(model.provider()))) {
                throw row.fault(
                        "provider",
                        "the provider " + model.provider() + " is not in the list of providers; add it there");
            }
            for (var name : model.names()) {
                var owner = owners.put(name, model.key());
                if (owner != null) {
                    throw row.fault(
                            name.equals(model.id()) ? "id" : "aliases",
                            "the name " + name + " stands for two models, " + owner + " and " + model.key()
                                    + "; remove it from one");
                }
            }
            models.add(model);
        }
        var catalogue = new ModelCatalogue(providers, models);
        for (int i = 0; i < models.size(); i++) {
            catalogue.requireKnown(modelRows.get(i), models.get(i).fallbacks());
        }
        for (int i = 0; i < providers.size(); i++) {
            catalogue.requireDefault(providerRows.get(i), providers.get(i));
        }
        return catalogue;
    }

    private void requireKnown(TableRow row, List<String> names) {
        for (var name : names) {
            if (find(name).isEmpty()) {
                throw row.fault(
                        "fallbacks", "the fallback " + name + " is no model of this catalogue; add or remove it");
            }
        }
    }

    private void requireDefault(TableRow row, CatalogueProvider provider) {
        var found = find(provider.defaultModel());
        if (found.isEmpty() || !found.get().provider().equals(provider.name())) {
            throw row.fault(
                    "default-model",
                    "the default model " + provider.defaultModel() + " is no model of the provider " + provider.name()
                            + "; name one of its models");
        }
    }

    /** Entries of the same key become one; others follow in the order of their file. */
    private static List<TableRow> merge(
            List<TableRow> own, Optional<List<TableRow>> more, String key, String otherKey) {
        var rows = byKey(own, key, otherKey);
        byKey(more.orElse(List.of()), key, otherKey)
                .forEach((name, row) -> rows.merge(name, row, (base, change) -> change.over(base)));
        return List.copyOf(rows.values());
    }

    private static Map<String, TableRow> byKey(List<TableRow> list, String key, String otherKey) {
        Map<String, TableRow> rows = new LinkedHashMap<>();
        for (var row : list) {
            var name = row.text(key).isEmpty() ? row.text(otherKey) : row.text(key);
            // An entry without a name is refused later, in words that fit its kind.
            if (rows.putIfAbsent(name.isEmpty() ? row.place().toString() : name, row) != null) {
                throw row.fault(key, "there is a second entry " + name + "; remove one of them");
            }
        }
        return rows;
    }

    /** In order of preference. */
    public List<CatalogueProvider> providers() {
        return providers;
    }

    /** Models and families of models. */
    public List<CatalogueModel> models() {
        return models;
    }

    /** The model of that name: by id or alias, then by the first pattern that fits. */
    public Optional<Found> find(String name) {
        var model = byName.get(name);
        if (model != null) {
            return Optional.of(new Found(model.id(), model.provider(), model));
        }
        for (var family : models) {
            if (family.matches(name)) {
                return Optional.of(new Found(name, family.provider(), family));
            }
        }
        return Optional.empty();
    }

    public Optional<CatalogueProvider> provider(String name) {
        for (var provider : providers) {
            if (provider.name().equals(name)) {
                return Optional.of(provider);
            }
        }
        return Optional.empty();
    }

    /** The encoding that counts a model's tokens, its own or its provider's; empty when unknown. */
    Optional<String> tokenizer(CatalogueModel model) {
        return model.tokenizer().or(() -> provider(model.provider()).flatMap(CatalogueProvider::tokenizer));
    }

    /** What mappings must know of a model to write its request, see {@link ModelFacts}; empty for unknown ones. */
    JsonNode facts(String name) {
        var known = facts.get(name);
        return known != null
                ? known
                : find(name).map(found -> facts.get(found.entry().key())).orElse(NOTHING);
    }

    private static JsonNode facts(CatalogueModel model, CatalogueProvider provider) {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        model.reasoning().ifPresent(value -> facts.put("reasoning", value));
        model.sampling().ifPresent(value -> facts.put("sampling", value));
        model.forcedTools().ifPresent(value -> facts.put("forced_tools", value));
        model.thinking().ifPresent(value -> facts.put("thinking", value));
        if (!provider.streamOptions()) {
            facts.put("stream_options", false);
        }
        if (provider.legacyMaxTokens()) {
            facts.put("legacy_max_tokens", true);
        }
        if (provider.openaiFields()) {
            facts.put("openai_fields", true);
        }
        return facts;
    }
}
