package dev.gaia.asset.store;

import java.nio.file.Path;
import java.time.InstantSource;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The store, and the steps that hand out its files. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    @Bean
    ObjectStore objectStore(StoreSettings settings) {
        return new LocalObjectStore(Path.of(settings.dir()));
    }

    /** Made when it is first needed: a process without the asset segment needs no folder. */
    @Bean
    @Lazy
    FileLinks fileLinks(StoreSettings settings, @Value("${gaia.gateway.port}") int port) {
        var folder = new LocalObjectStore(Path.of(settings.dir()));
        var signer = new LinkSigner(LinkSecret.of(settings, folder), InstantSource.system());
        return new FileLinks(settings.linkBase(port), settings.linkLife(), signer);
    }

    @Bean
    @Lazy
    ServeFile fileSteps(ObjectStore store, FileLinks links) {
        return new ServeFile(store, links);
    }

    @Bean
    @Lazy
    Processor findStoredFile(ServeFile steps) {
        return steps.find();
    }

    @Bean
    @Lazy
    Processor serveStoredFile(ServeFile steps) {
        return steps.serve();
    }

    @Bean
    PublicAssets publicAssets() {
        return new PublicAssets();
    }

    @Bean
    Processor recallPublicAsset(PublicAssets steps) {
        return steps::recall;
    }

    @Bean
    Processor judgePublicAsset(PublicAssets steps) {
        return steps::judge;
    }
}
