package dev.gaia.chat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.figures.ModelCosts;
import dev.gaia.chat.figures.TurnFigures;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The models there are. */
@Configuration(proxyBeanMethods = false)
class CatalogueConfiguration {

    /** @param additions the operator's own file; empty when there is none */
    @Bean
    ModelCatalogue modelCatalogue(TableReader tables, @Value("${gaia.chat.models-file}") String additions) {
        return ModelCatalogue.read(
                tables, Optional.of(additions).filter(file -> !file.isBlank()).map(Path::of));
    }

    @Bean
    ModelOffer modelOffer(
            ModelCatalogue catalogue, ProviderSettings providers, @Value("${gaia.environment}") String environment) {
        return new ModelOffer(catalogue, ChatConfiguration.available(catalogue, providers, environment));
    }

    @Bean
    SelectionTable selectionTable(TableReader tables) {
        return SelectionTable.read(tables);
    }

    @Bean
    SelectModel selectModel(ModelOffer offer, SelectionTable table, TurnFigures figures) {
        return new SelectModel(offer, table, figures);
    }

    @Bean
    DescribeModels modelDescriptions(
            ModelOffer offer, SelectionTable table, SelectModel select, TurnFigures figures, ObjectMapper mapper) {
        return new DescribeModels(offer, table, select, figures, mapper);
    }

    @Bean
    RecommendModel recommendations(
            SelectModel select, DescribeModels describe, ModelOffer offer, ModelCosts costs, ObjectMapper mapper) {
        return new RecommendModel(select, describe, offer, costs, mapper);
    }

    @Bean
    Processor describeModels(DescribeModels steps) {
        return steps::describeModels;
    }

    @Bean
    Processor describeModel(DescribeModels steps) {
        return steps::describeModel;
    }

    @Bean
    Processor requireKnownProvider(DescribeModels steps) {
        return steps::requireKnownProvider;
    }

    @Bean
    Processor recommendModel(RecommendModel steps) {
        return steps::recommendModel;
    }

    @Bean
    Processor compareModels(RecommendModel steps) {
        return steps::compareModels;
    }

    @Bean
    Processor nameProviderEntry() {
        return ConfiguredProviderRoutes::nameEntry;
    }

    @Bean
    ModelFacts modelFacts(ModelCatalogue catalogue) {
        return new ModelFacts(catalogue);
    }

    @Bean
    StreamModels streamModels(ModelOffer offer, SelectModel select, ModelCosts costs, ChooseModel choose) {
        return new StreamModels(offer, select, costs, choose);
    }

    @Bean
    Processor describeStreamModels(StreamModels steps) {
        return steps::describeStreamModels;
    }

    @Bean
    Processor recommendStreamModel(StreamModels steps) {
        return steps::recommendStreamModel;
    }

    @Bean
    Processor recommendVrModel(StreamModels steps) {
        return steps::recommendVrModel;
    }

    @Bean
    Processor addDefaultPreference(StreamModels steps) {
        return steps::addDefaultPreference;
    }

    @Bean
    Processor recallPreference(StreamModels steps) {
        return steps::recallPreference;
    }

    @Bean
    Processor readPreferenceChoice(StreamModels steps) {
        return steps::readPreferenceChoice;
    }
}
