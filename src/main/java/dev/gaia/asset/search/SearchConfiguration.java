package dev.gaia.asset.search;

import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.store.FileLinks;
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
