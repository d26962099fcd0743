package dev.gaia.chat.selection;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.attempt.CallSource;
import dev.gaia.chat.attempt.ModelSettings;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.figures.ModelCosts;
import dev.gaia.chat.figures.TurnFigures;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.mapping.TableReader;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;

/** The steps that choose, describe and recommend a model, under the names routes use. */
@Configuration(proxyBeanMethods = false)
class SelectionConfiguration {

    @Bean
    CallSource callSource(ModelOffer offer, TokenCounter counter, ConfigurableEnvironment environment) {
        return new CallCandidates(offer, counter, new StandIns(offer, limits -> ModelSettings.of(environment, limits)));
    }

    @Bean
    ChooseModel chooseModel(ModelOffer offer, ChatSettings settings, SelectModel select) {
        return new ChooseModel(offer, settings, select);
    }

    @Bean
    Processor takeSelectedModel(ChooseModel steps) {
        return steps::takeSelectedModel;
    }

    @Bean
    Processor takeNamedModel(ChooseModel steps) {
        return steps::takeNamedModel;
    }

    @Bean
    Processor takeNamedProvider(ChooseModel steps) {
        return steps::takeNamedProvider;
    }

    @Bean
    Processor takePreferredModel(ChooseModel steps) {
        return steps::takePreferredModel;
    }

    @Bean
    Processor takeDefaultModel(ChooseModel steps) {
        return steps::takeDefaultModel;
    }

    @Bean
    Processor requireProvider(ChooseModel steps) {
        return steps::requireProvider;
    }

    @Bean
    NamedModel namedModel(ModelCatalogue catalogue) {
        return new NamedModel(catalogue);
    }

    @Bean
    Processor judgeNamedModel(NamedModel steps) {
        return steps::judgeNamedModel;
    }

    @Bean
    Processor markReplacedModel(NamedModel steps) {
        return steps::markReplacedModel;
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
