package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.image.Pictures;
import dev.gaia.asset.meaning.EmbeddingSettings;
import dev.gaia.asset.store.ObjectStore;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.mapping.TableReader;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The providers of assets, and what routes ask about them. */
@Configuration(proxyBeanMethods = false)
class AssetProviderConfiguration {

    private static final int FAILURES_IN_A_ROW = 5;
    private static final long LIBRARY_MAX_BYTES = 16L << 20;
    private static final long EMBEDDINGS_MAX_BYTES = 8L << 20;
    private static final Duration OPEN = Duration.ofSeconds(60);

    @Bean
    ProviderTable assetProviderTable(TableReader tables) {
        return tables.read("asset/providers.yaml", ProviderTable.class);
    }

    /** Each provider of the table that has an endpoint gets a breaker, under the name that routes give it. */
    @Bean
    AssetProviders assetProviders(
            ProviderTable table,
            ProviderSettings settings,
            AssetSettings assets,
            @Value("${gaia.environment}") String environment,
            ConfigurableListableBeanFactory beans) {
        Map<String, CircuitBreaker> breakers = table.providers().stream()
                .map(ProviderTable.Entry::name)
                .filter(settings.endpoints()::containsKey)
                .collect(Collectors.toMap(name -> name, name -> breaker("asset-" + name)));
        breakers.values().forEach(breaker -> beans.registerSingleton(breaker.getName(), breaker));
        return new AssetProviders(table, settings, assets, environment, breakers);
    }

    /** Leaves what health says of the store and the providers. */
    @Bean
    Processor lookAtAssetParts(@Lazy ObjectStore store, AssetProviders providers, ObjectMapper mapper) {
        return exchange -> {
            exchange.setVariable("storage", store.available() ? "connected" : "disconnected");
            exchange.setVariable("externalApis", providers.summary());
            exchange.setVariable("providers", mapper.writeValueAsString(providers.states()));
        };
    }

    @Bean
    Processor listOffers(AssetProviders providers, AssetSettings settings) {
        return new ListOffers(providers, settings.openaiImageModel());
    }

    @Bean
    Processor simulateProvider(AssetSettings settings, Pictures pictures) {
        return new SimulatedProvider(settings.simulatedDelay(), pictures);
    }

    @Bean
    Libraries libraries(ProviderSettings settings, AssetSettings assets, ObjectMapper mapper) {
        return new Libraries(
                new ProviderHttp(settings, mapper, LIBRARY_MAX_BYTES, assets.retryPause()), settings, mapper);
    }

    @Bean
    Processor askFreesound(Libraries steps) {
        return steps::askFreesound;
    }

    @Bean
    Processor askPolyHaven(Libraries steps) {
        return steps::askPolyHaven;
    }

    @Bean
    Processor addLibraryHits(Libraries steps) {
        return steps::addHits;
    }

    @Bean
    Processor askEmbeddings(ProviderSettings settings, EmbeddingSettings embedding, ObjectMapper mapper) {
        return new AskEmbeddings(ProviderHttp.once(settings, mapper, EMBEDDINGS_MAX_BYTES), embedding.callsMax());
    }

    /** Binds the rows of a library in the body for the statement that keeps them. */
    @Bean
    Processor bindLibraryRows() {
        return exchange -> exchange.getMessage()
                .setHeader("assetRows", exchange.getMessage().getBody().toString());
    }

    @Bean
    CallProvider callProvider(
            ProviderSettings settings, AssetSettings assets, AssetProviders providers, ObjectMapper mapper) {
        // A picture comes as base64 text, a third longer than its bytes.
        long answerMaxBytes = assets.fileMaxBytes() / 3 * 4 + (1 << 20);
        return new CallProvider(new ProviderHttp(settings, mapper, answerMaxBytes, assets.retryPause()), providers);
    }

    @Bean
    ProviderTurns providerTurns(ProviderTable table, ProviderSettings settings, AssetSettings assets) {
        return new ProviderTurns(table, settings, assets.turnTimeoutMs());
    }

    @Bean
    Processor bindProviderTurn(ProviderTurns steps) {
        return steps::bind;
    }

    @Bean
    Processor awaitProviderTurn(ProviderTurns steps) {
        return steps::await;
    }

    @Bean
    Processor createAtProvider(CallProvider steps) {
        return steps::create;
    }

    @Bean
    Processor askProvider(CallProvider steps) {
        return steps::ask;
    }

    @Bean
    Processor keepProviderTrouble(CallProvider steps) {
        return steps::keepTrouble;
    }

    @Bean
    Processor raiseProviderTrouble(CallProvider steps) {
        return steps::raise;
    }

    @Bean
    Processor requireProviderResult(CallProvider steps) {
        return steps::require;
    }

    @Bean
    TaskSteps taskSteps(AssetProviders providers, ObjectMapper mapper) {
        return new TaskSteps(providers, mapper);
    }

    @Bean
    Processor beginTask(TaskSteps steps) {
        return steps::begin;
    }

    @Bean
    Processor keepTask(TaskSteps steps) {
        return steps::keep;
    }

    @Bean
    Processor pauseTask(TaskSteps steps) {
        return steps::pause;
    }

    @Bean
    Processor judgeTask(TaskSteps steps) {
        return steps::judge;
    }

    @Bean
    Processor wakeTask(TaskSteps steps) {
        return steps::wake;
    }

    @Bean
    Processor beginSecondTask(TaskSteps steps) {
        return steps::beginSecond;
    }

    @Bean
    Processor checkWebhook(
            WebhookSettings settings, @Value("${gaia.environment}") String environment, ObjectMapper mapper) {
        boolean production = environment.toLowerCase(Locale.ROOT).startsWith("prod");
        return new CheckWebhook(settings, production, mapper);
    }

    /** Left alone for a minute after failing five times in a row; what a provider refuses is no failure of it. */
    private static CircuitBreaker breaker(String name) {
        var config = CircuitBreakerConfig.custom()
                .slidingWindowSize(FAILURES_IN_A_ROW)
                .minimumNumberOfCalls(FAILURES_IN_A_ROW)
                .failureRateThreshold(100)
                .waitDurationInOpenState(OPEN)
                .permittedNumberOfCallsInHalfOpenState(1)
                .recordException(cause -> !(cause instanceof ProviderFailure failure) || failure.ofProvider())
                .build();
        return CircuitBreaker.of(name, config);
    }
}
