package dev.gaia.chat.tools;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.mcp.McpServers;
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
