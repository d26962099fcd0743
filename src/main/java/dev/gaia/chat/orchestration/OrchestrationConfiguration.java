package dev.gaia.chat.orchestration;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.ReadChatRequest;
import dev.gaia.chat.figures.ModelCosts;
import dev.gaia.mapping.TableReader;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of the routes {@code chat-orchestrated…} under the names they use. */
@Configuration(proxyBeanMethods = false)
class OrchestrationConfiguration {

    @Bean
    OrchestrationTable orchestrationTable(TableReader tables) {
        return OrchestrationTable.read(tables);
    }

    @Bean
    OrchestrationFigures orchestrationFigures(ObjectMapper mapper, ReadChatRequest reader) {
        return new OrchestrationFigures(mapper, reader);
    }

    @Bean
    Processor readOrchestratedRequest(OrchestrationFigures steps) {
        return steps::readOrchestratedRequest;
    }

    @Bean
    Processor countOrchestrated(OrchestrationFigures steps) {
        return steps::countOrchestrated;
    }

    @Bean
    Processor describeOrchestration(OrchestrationFigures steps) {
        return steps::describeOrchestration;
    }

    @Bean
    ChooseWay chooseWay(OrchestrationTable table) {
        return new ChooseWay(table);
    }

    @Bean
    Processor matchWay(ChooseWay steps) {
        return steps::matchWay;
    }

    @Bean
    Processor readWay(ChooseWay steps) {
        return steps::readWay;
    }

    @Bean
    Processor countToolWords(ChooseWay steps) {
        return steps::countToolWords;
    }

    @Bean
    SideCalls sideCalls(ModelCosts costs) {
        return new SideCalls(costs);
    }

    @Bean
    Processor beginSideUsage(SideCalls steps) {
        return steps::beginSideUsage;
    }

    @Bean
    Processor stepAside(SideCalls steps) {
        return steps::stepAside;
    }

    @Bean
    Processor stepBack(SideCalls steps) {
        return steps::stepBack;
    }

    @Bean
    Processor beginSideCall(SideCalls steps) {
        return steps::beginSideCall;
    }

    @Bean
    Processor endSideCall(SideCalls steps) {
        return steps::endSideCall;
    }

    @Bean
    Processor settleSideUsage(SideCalls steps) {
        return steps::settleSideUsage;
    }

    @Bean
    AgentSteps agentSteps(OrchestrationTable table, ObjectMapper mapper) {
        return new AgentSteps(table, new PlanReader(mapper, table));
    }

    @Bean
    Processor beginPlan(AgentSteps steps) {
        return steps::beginPlan;
    }

    @Bean
    Processor readPlan(AgentSteps steps) {
        return steps::readPlan;
    }

    @Bean
    Processor takeTask(AgentSteps steps) {
        return steps::takeTask;
    }

    @Bean
    Processor keepAgentResult(AgentSteps steps) {
        return steps::keepResult;
    }

    @Bean
    Processor noteAgentFailure(AgentSteps steps) {
        return steps::noteFailure;
    }

    @Bean
    Processor dismissAgents(AgentSteps steps) {
        return steps::dismissAgents;
    }

    @Bean
    Processor gatherAgentResults(AgentSteps steps) {
        return steps::gatherResults;
    }

    /** How many run at once is bounded by the tasks of a plan and by the calls each provider may get at once. */
    @Bean(destroyMethod = "shutdownNow")
    ExecutorService agentThreads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("chat-agent-", 0).factory());
    }
}
