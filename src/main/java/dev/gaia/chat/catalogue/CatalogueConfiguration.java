package dev.gaia.chat.catalogue;

import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The models there are. */
@Configuration(proxyBeanMethods = false)
class CatalogueConfiguration {

    private static final String DEMO = "demo";

    /** @param additions the operator's own file; empty when there is none */
    @Bean
    ModelCatalogue modelCatalogue(TableReader tables, @Value("${gaia.chat.models-file}") String additions) {
        return ModelCatalogue.read(
                tables, Optional.of(additions).filter(file -> !file.isBlank()).map(Path::of));
    }

    @Bean
    ModelOffer modelOffer(
            ModelCatalogue catalogue, ProviderSettings providers, @Value("${gaia.environment}") String environment) {
        return new ModelOffer(catalogue, available(catalogue, providers, environment));
    }

    @Bean
    ModelFacts modelFacts(ModelCatalogue catalogue) {
        return new ModelFacts(catalogue);
    }

    /** Those with a key; without any, the demo model, though never in production. */
    private static List<CatalogueProvider> available(
            ModelCatalogue catalogue, ProviderSettings settings, String environment) {
        var configured = catalogue.providers().stream()
                .filter(provider -> settings.configured(provider.route()))
                .toList();
        boolean production = environment.toLowerCase(Locale.ROOT).startsWith("prod");
        return configured.isEmpty() && !production
                ? catalogue.providers().stream()
                        .filter(provider -> DEMO.equals(provider.route()))
                        .toList()
                : configured;
    }
}
