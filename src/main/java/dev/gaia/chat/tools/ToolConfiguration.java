package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.mcp.McpServers;
import dev.gaia.error.Failure;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.processor.aggregate.GroupedBodyAggregationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of the routes {@code chat-tools…} under the names they use. */
@Configuration(proxyBeanMethods = false)
class ToolConfiguration {

    @Bean
    ToolSets toolSets(McpServers servers, ObjectMapper mapper) {
        return new ToolSets(servers, mapper);
    }

    @Bean
    OfferTools offerTools(ToolSets sets, ToolSettings settings) {
        return new OfferTools(sets, settings);
    }

    @Bean
    Processor chooseTools(OfferTools steps) {
        return steps::chooseTools;
    }

    @Bean
    Processor useTools(OfferTools steps) {
        return steps::useTools;
    }

    @Bean
    Processor streamToolRounds(CamelContext camel) {
        return new StreamToolRounds(camel);
    }

    @Bean
    ToolLoop toolLoop() {
        return new ToolLoop();
    }

    @Bean
    Processor noteToolCalls(ToolLoop steps) {
        return steps::noteToolCalls;
    }

    @Bean
    Processor beginToolRound(ToolLoop steps) {
        return steps::beginRound;
    }

    @Bean
    Processor endToolRound(ToolLoop steps) {
        return steps::endRound;
    }

    @Bean
    ToolCalls toolCalls(ToolSets sets, ToolSettings settings, ObjectMapper mapper) {
        return new ToolCalls(sets, settings, new ToolArguments(mapper, settings.argumentsMaxBytes()));
    }

    @Bean
    Processor readToolCall(ToolCalls steps) {
        return steps::readCall;
    }

    @Bean
    Processor runToolOnServer(ToolCalls steps) {
        return steps::runOnServer;
    }

    @Bean
    Processor tellHistoryAsResult(ToolCalls steps) {
        return steps::tellHistory;
    }

    @Bean
    Processor tellToolFault(ToolCalls steps) {
        return steps::tellFault;
    }

    @Bean
    Processor keepToolResult(ToolCalls steps) {
        return steps::keepResult;
    }

    /** An asset segment that does not answer is left alone for a while; what it refuses is an answer. */
    @Bean("chat-tool-asset")
    CircuitBreaker chatToolAsset() {
        return CircuitBreaker.of(
                "chat-tool-asset",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(10)
                        .minimumNumberOfCalls(3)
                        .waitDurationInOpenState(Duration.ofSeconds(30))
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .ignoreExceptions(Failure.class)
                        .build());
    }

    @Bean
    AssetTool assetTool(ObjectMapper mapper) {
        return new AssetTool(mapper);
    }

    @Bean
    Processor readAssetWish(AssetTool steps) {
        return steps::readWish;
    }

    @Bean
    Processor readAssetAnswer(AssetTool steps) {
        return steps::readAnswer;
    }

    @Bean
    Processor failAssetTool(AssetTool steps) {
        return steps::fail;
    }

    /** The results of a round, in the order of its calls. */
    @Bean
    AggregationStrategy toolResults() {
        return new GroupedBodyAggregationStrategy();
    }

    /** How many run at once is bounded by the calls of a round and by those of each server. */
    @Bean(destroyMethod = "shutdownNow")
    ExecutorService toolThreads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("chat-tool-", 0).factory());
    }
}
