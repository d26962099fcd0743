package dev.gaia.asset.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.meaning.Meanings;
import dev.gaia.asset.store.FileLinks;
import dev.gaia.link.Broker;
import dev.gaia.link.Notices;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The steps of lists, searches and details under the names routes use. */
@Configuration(proxyBeanMethods = false)
class SearchConfiguration {

    @Bean
    ReadAssetQuery assetQuery(AssetSettings settings) {
        return new ReadAssetQuery(settings);
    }

    @Bean
    Processor readAssetPage(ReadAssetQuery steps) {
        return steps::page;
    }

    @Bean
    Processor readAssetSearch(ReadAssetQuery steps) {
        return steps::search;
    }

    @Bean
    Processor readAssetId(ReadAssetQuery steps) {
        return steps::one;
    }

    @Bean
    Processor readGenerationId(ReadAssetQuery steps) {
        return steps::generation;
    }

    /** After a loss of the broker, and before it was first there, nobody knows what others changed. */
    @Bean
    KeptSearches keptSearches(AssetSettings settings, Meanings meanings, ObjectMapper mapper, Broker broker) {
        var searches = new KeptSearches(
                settings.searchCacheTime(), settings.searchCacheMaxBytes(), meanings, new Notices(mapper), mapper);
        broker.onSubscribed(searches::forgetAll);
        return searches;
    }

    @Bean
    Processor recallSearch(KeptSearches searches) {
        return searches::recall;
    }

    @Bean
    Processor keepSearch(KeptSearches searches) {
        return searches::keep;
    }

    @Bean
    Processor forgetChangedSearches(KeptSearches searches) {
        return searches::forgetChanged;
    }

    @Bean
    Processor dropChangedSearches(KeptSearches searches) {
        return searches::obey;
    }

    @Bean
    AssetBody assetBody() {
        return new AssetBody();
    }

    @Bean
    @Lazy
    Processor linkAssetFiles(FileLinks links) {
        return new LinkFiles(links);
    }
}
