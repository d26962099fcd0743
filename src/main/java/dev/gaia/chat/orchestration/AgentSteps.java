package dev.gaia.chat.orchestration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.orchestration.AgentTeam.NeedMissing;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps by which several agents share one request. */
final class AgentSteps {

    private static final Logger log = LoggerFactory.getLogger("chat-orchestrated-agents");

    /** Whether there is a plan: boolean. */
    private static final String PLANNED = "planned";
    /** The {@link AgentTeam}. */
    private static final String TEAM = "agentTeam";
    /** The {@link Task} of this exchange. */
    private static final String TASK = "agentTask";
    /** Whether its role is offered tools: boolean. */
    private static final String TOOLS = "agentTools";
    /** What its role is told, text, and what it works on, {@code {"description","results"}}: JSON. */
    private static final String INSTRUCTION = "agentInstruction";

    private static final String WORK = "agentWork";

    private static final String TOO_LATE = "the time for all agents was over";

    private final OrchestrationTable table;
    private final PlanReader plans;
    private final ArrayNode roles = JsonNodeFactory.instance.arrayNode();

    AgentSteps(OrchestrationTable table, PlanReader plans) {
        this.table = table;
        this.plans = plans;
        this.table
                .roles()
                .forEach(role -> roles.addObject().put("id", role.id()).put("purpose", role.purpose()));
    }

    /** Begins the time of plan and agents together, and leaves the roles for the planner in {@code agentRoles}. */
    void beginPlan(Exchange exchange) {
        var within = exchange.getVariable(ChatVariables.ANSWER_WITHIN, Duration.class);
        exchange.setVariable(ChatVariables.ANSWER_BY, System.nanoTime() + within.toNanos());
        exchange.setVariable("agentRoles", roles);
        exchange.setVariable(PLANNED, false);
    }

    /** Reads the plan in the body; with one, the body becomes its list of tasks. */
    void readPlan(Exchange exchange) {
        var reply = exchange.getMessage().getBody(JsonNode.class);
        var tasks = plans.read(reply.path("text").asText(""));
        exchange.setVariable(PLANNED, !tasks.isEmpty());
        if (tasks.isEmpty()) {
            log.info("a planner's answer is no plan: the request is answered directly");
            return;
        }
        exchange.setVariable(TEAM, new AgentTeam(tasks));
        exchange.getMessage().setBody(tasks);
    }

    /** Takes the task in the body, and waits for those it needs. */
    void takeTask(Exchange exchange) throws InterruptedException, NeedMissing {
        var task = exchange.getMessage().getBody(Task.class);
        exchange.setVariable(TASK, task);
        exchange.setVariable(TOOLS, task.role().tools());
        exchange.setVariable(INSTRUCTION, task.role().instruction());
        ObjectNode work = JsonNodeFactory.instance.objectNode().put("description", task.description());
        work.set("results", team(exchange).awaitNeeds(task));
        exchange.setVariable(WORK, work);
    }

    /** Keeps the answer in the body as the task's result; a blank one is none. */
    void keepResult(Exchange exchange) {
        var text = exchange.getMessage()
                .getBody(JsonNode.class)
                .path("text")
                .asText("")
                .strip();
        var task = exchange.getVariable(TASK, Task.class);
        if (text.isEmpty()) {
            team(exchange).failed(task, "the model gave no answer");
        } else {
            team(exchange).completed(task, text);
        }
    }

    /** Notes why the task has no result. */
    void noteFailure(Exchange exchange) {
        var reason = switch (exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)) {
            case ProviderFailure failure -> failure.kind().sentence();
            case NeedMissing missing -> missing.getMessage();
            case InterruptedException over -> TOO_LATE;
            case Failure failure -> failure.getMessage();
            case Exception defect -> {
                log.warn("an agent failed", defect);
                yield "internal error";
            }
        };
        team(exchange).failed(exchange.getVariable(TASK, Task.class), reason);
    }

    /** Ends the agents of a caller who left. */
    void dismissAgents(Exchange exchange) throws InterruptedException {
        team(exchange).dismiss();
        throw new InterruptedException();
    }

    /** Leaves what became of the tasks in {@code orchestration}, and the results in {@code agentNotes}. */
    void gatherResults(Exchange exchange) {
        exchange.setVariable("orchestration", team(exchange).report());
        exchange.setVariable("agentNotes", team(exchange).notes());
        exchange.getMessage().setBody(ChatVariables.object(exchange, ChatVariables.REQUEST));
    }

    private static AgentTeam team(Exchange exchange) {
        return exchange.getVariable(TEAM, AgentTeam.class);
    }
}
