package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.image.MakePreview;
import dev.gaia.asset.provider.AssetProviders;
import dev.gaia.asset.store.ObjectStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of generations under the names routes use, and the queue that works on them. */
@Configuration(proxyBeanMethods = false)
class JobConfiguration {

    @Bean
    JobQueue jobQueue(AssetSettings settings, CamelContext camel, ProducerTemplate flows) {
        return new JobQueue(settings, camel, flows);
    }

    @Bean
    MeterBinder jobFigures(JobQueue queue) {
        return meters -> {
            Gauge.builder("gaia.asset.jobs.waiting", queue, JobQueue::waiting)
                    .description("Generations that wait in this process")
                    .register(meters);
            Gauge.builder("gaia.asset.jobs.running", queue, JobQueue::running)
                    .description("Generations this process works on")
                    .register(meters);
        };
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
    Processor chooseStrategy(AssetProviders providers) {
        return new ChooseStrategy(providers);
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
            message.setHeader("assetTags", "");
            message.setHeader("assetLimit", 20);
            message.setHeader("assetOffset", 0);
        };
    }

    @Bean
    Processor queueJob(JobQueue queue) {
        return exchange -> queue.add(exchange.getMessage().getHeader("generationId", String.class));
    }

    @Bean
    Processor awaitJob(AssetSettings settings, ProducerTemplate flows) {
        return new AwaitJob(settings, flows);
    }

    @Bean
    JobSteps jobSteps(ObjectMapper mapper) {
        return new JobSteps(mapper);
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
    Processor describeMoment(JobSteps steps) {
        return steps::describeMoment;
    }

    @Bean
    Processor takeJob(JobSteps steps) {
        return steps::takeJob;
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
    KeepResult keepResult(ObjectStore store, MakePreview previews, AssetSettings settings, ObjectMapper mapper) {
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
}
