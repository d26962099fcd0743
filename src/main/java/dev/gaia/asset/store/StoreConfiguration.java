package dev.gaia.asset.store;

import com.fasterxml.jackson.databind.ObjectMapper;
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

    /** Made when it is first needed, so that a process without the asset segment has none; and only the one chosen. */
    @Bean
    @Lazy
    ObjectStore objectStore(StoreSettings settings, ObjectMapper json) {
        return switch (settings.backend()) {
            case "s3" -> limited(new S3ObjectStore(settings.s3(), settings.bucket(), settings.timeout()), settings);
            case "gcs" ->
                limited(
                        new GcsObjectStore(
                                settings.gcs(),
                                GcsIdentity.of(settings.gcs().credentialsFile()),
                                new StoreHttp("Google Cloud Storage", settings.timeout()),
                                json),
                        settings);
            case "supabase" ->
                limited(
                        new SupabaseObjectStore(
                                settings.supabase(),
                                settings.bucket(),
                                new StoreHttp("Supabase", settings.timeout()),
                                json),
                        settings);
            default -> new LocalObjectStore(Path.of(settings.dir()));
        };
    }

    private static ObjectStore limited(ObjectStore store, StoreSettings settings) {
        return new LimitedStore(store, settings.inFlightMax(), settings.timeout());
    }

    @Bean
    @Lazy
    FileLinks fileLinks(StoreSettings settings, ObjectStore store, @Value("${gaia.gateway.port}") int port) {
        var signer = new LinkSigner(
                LinkSecret.of(settings, Path.of(settings.dir()).toAbsolutePath()), InstantSource.system());
        return new FileLinks(
                settings.target(), settings.linkBase(port), settings.linkLife(), signer, store, settings.shownBucket());
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
