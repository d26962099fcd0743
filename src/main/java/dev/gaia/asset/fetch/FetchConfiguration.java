package dev.gaia.asset.fetch;

import dev.gaia.asset.AssetSettings;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.spool.Spool;
import io.vertx.core.Vertx;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The step that fetches results. */
@Configuration(proxyBeanMethods = false)
class FetchConfiguration {

    @Bean(destroyMethod = "close")
    FetchFile fetchFile(Vertx vertx, AssetSettings settings, ProviderSettings providers) {
        return new FetchFile(
                vertx,
                settings.fetchTimeout(),
                providers.connectTimeout(),
                settings.generationsMax(),
                providers.userAgent());
    }

    @Bean
    Processor fetchResultFile(FetchFile fetching, AssetSettings settings, ProviderSettings providers, Spool spool) {
        return new FetchResult(fetching, settings, providers, spool);
    }
}
