package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.fetch.FetchFile;
import dev.gaia.asset.image.MakePreview;
import dev.gaia.asset.provider.AssetProviders;
import dev.gaia.asset.store.ObjectStore;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.spool.Spool;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

/** The steps of generations under the names routes use. */
@Configuration(proxyBeanMethods = false)
class JobConfiguration {

    /** More than one, since not each of the best is what a request needs. */
    private static final int CANDIDATES_MAX = 100;

    /** A broker that takes no work in time is left alone for a while; meanwhile each process does what it accepted. */
    @Bean("asset-job-queue")
    CircuitBreaker assetJobQueue(CircuitBreakerRegistry registry) {
        return registry.circuitBreaker("asset-job-queue");
    }

    @Bean
    Failure generationTakenOver() {
        return Failure.of(FailureCode.ASSET_INTERNAL, "Asset request failed: taken over by another process");
    }

    @Bean
    Processor readGenerateRequest(AssetSettings settings, ObjectMapper mapper) {
        return new ReadAssetRequest(settings, mapper, true);
    }

    @Bean
    Processor readAssetRequest(AssetSettings settings, ObjectMapper mapper) {
        return new ReadAssetRequest(settings, mapper, false);
    }

    @Bean
    Processor chooseStrategy(AssetProviders providers, AssetSettings settings) {
        return new ChooseStrategy(providers, settings);
    }

    @Bean
    CandidateQuestions candidateQuestions() {
        return new CandidateQuestions();
    }

    /** Binds the search for stored assets like the one asked for. */
    @Bean
    Processor bindCandidateSearch() {
        return exchange -> {
            var request = (JsonNode) exchange.getVariable("request");
            var message = exchange.getMessage();
            message.setHeader("assetQuery", request.path("description").asText());
            message.setHeader("assetStyle", request.path("style").asText());
            message.setHeader("assetTags", "");
            message.setHeader("assetBestFirst", "true");
            message.setHeader("assetLimit", CANDIDATES_MAX);
            message.setHeader("assetOffset", 0);
        };
    }

    @Bean
    Processor awaitJob(AssetSettings settings, ProducerTemplate flows) {
        return new AwaitJob(settings, flows);
    }

    @Bean
    JobSteps jobSteps(AssetSettings settings, ObjectMapper mapper) {
        return new JobSteps(settings.jobAttemptsMax(), mapper);
    }

    @Bean
    Processor judgeOpening(JobSteps steps) {
        return steps::judgeOpening;
    }

    @Bean
    Processor refuseBudget(JobSteps steps) {
        return steps::refuseBudget;
    }

    @Bean
    Processor refuseBusy(JobSteps steps) {
        return steps::refuseBusy;
    }

    @Bean
    Processor describeNoPlace(JobSteps steps) {
        return steps::describeNoPlace;
    }

    @Bean
    Processor describeMoment(JobSteps steps) {
        return steps::describeMoment;
    }

    @Bean
    Processor takeJob(JobSteps steps) {
        return steps::takeJob;
    }

    /** Binds whether a provider was asked, for the row. */
    @Bean
    Processor bindAsked() {
        return exchange -> exchange.getMessage()
                .setHeader("generationAsked", exchange.getVariable("asked", "false", String.class));
    }

    @Bean
    Processor refuseLostJob(JobSteps steps) {
        return steps::refuseLost;
    }

    @Bean
    Processor describeSpentBudget(JobSteps steps) {
        return steps::describeSpentBudget;
    }

    @Bean
    Processor takeNextOffer(JobSteps steps) {
        return steps::takeNextOffer;
    }

    @Bean
    Processor noteProviderFailure(JobSteps steps) {
        return steps::noteProviderFailure;
    }

    @Bean
    Processor describeJobFailure(JobSteps steps) {
        return steps::describeFailure;
    }

    @Bean
    Processor refuseFailedJob(JobSteps steps) {
        return steps::refuseFailed;
    }

    @Bean
    Processor judgeAnew(JobSteps steps) {
        return steps::judgeAnew;
    }

    @Bean
    AdaptSteps adaptSteps(
            @Lazy ObjectStore store, Spool spool, FetchFile fetching, AssetSettings settings, ObjectMapper mapper) {
        return new AdaptSteps(store, spool, fetching, settings, mapper);
    }

    @Bean
    Processor takeBase(AdaptSteps steps) {
        return steps::takeBase;
    }

    @Bean
    KeepResult keepResult(@Lazy ObjectStore store, MakePreview previews, AssetSettings settings, ObjectMapper mapper) {
        return new KeepResult(store, previews, settings, mapper);
    }

    @Bean
    Processor takeResultFile(KeepResult steps) {
        return steps::takeFile;
    }

    @Bean
    Processor checkResultFile(KeepResult steps) {
        return steps::checkFile;
    }

    @Bean
    Processor storeResultFile(KeepResult steps) {
        return steps::storeFile;
    }

    @Bean
    Processor dropResultFiles(KeepResult steps) {
        return steps::dropFiles;
    }

    @Bean
    HoldResult holdResult(ObjectMapper mapper) {
        return new HoldResult(mapper);
    }

    @Bean
    Processor describeUnstored(HoldResult steps) {
        return steps::describe;
    }

    @Bean
    Processor passStorageTroubleOn(HoldResult steps) {
        return steps::passOn;
    }

    @Bean
    Processor takeKeptResult(HoldResult steps) {
        return steps::take;
    }
}
