package dev.gaia.chat.catalogue;

import java.util.List;
import java.util.Optional;

/**
 * The part of the catalogue that can be asked now: providers with a key, and their models, in order of preference.
 *
 * @param providers that can be called
 */
public record ModelOffer(ModelCatalogue catalogue, List<CatalogueProvider> providers) {

    public ModelOffer {
        providers = List.copyOf(providers);
    }

    /** Single models, not families, of the providers that can be called, in their order. */
    public List<CatalogueModel> models() {
        return providers.stream()
                .flatMap(provider -> models(provider.name()).stream())
                .toList();
    }

    /** Single models of one provider. */
    public List<CatalogueModel> models(String provider) {
        return catalogue.models().stream()
                .filter(model -> !model.family() && model.provider().equals(provider))
                .toList();
    }

    /** {@code healthy} while a provider can be called, else {@code degraded}. */
    public String health() {
        return providers.isEmpty() ? "degraded" : "healthy";
    }

    public Optional<CatalogueProvider> provider(String name) {
        // Asked for several times in a call: a stream of so few costs more than the look.
        for (var provider : providers) {
            if (provider.name().equals(name)) {
                return Optional.of(provider);
            }
        }
        return Optional.empty();
    }

    /** A model that can be asked, by id, alias or pattern. */
    public Optional<ModelCatalogue.Found> find(String name) {
        return catalogue.find(name).filter(found -> provider(found.provider()).isPresent());
    }
}
