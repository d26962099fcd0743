package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Exchanges;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps of providers that take a task and finish it later: what they say of it is asked for again and again, sooner when
 * somebody calls back. An unknown word for how a task is means that it still runs.
 */
final class TaskSteps {

    private static final Logger log = LoggerFactory.getLogger(TaskSteps.class);

    private final AssetProviders providers;
    private final Map<String, CountDownLatch> waiting = new ConcurrentHashMap<>();

    TaskSteps(AssetProviders providers) {
        this.providers = providers;
    }

    /** Begins a task, or goes on with the one a process before this had begun; sets {@code taskMissing}. */
    void begin(Exchange exchange) {
        String known = exchange.getVariable("taskId", "", String.class);
        exchange.setVariable("taskMissing", known.isEmpty());
        exchange.setVariable("taskEnd", System.nanoTime() + limit(exchange).toNanos());
        exchange.setVariable("taskRunning", true);
        exchange.getMessage().setBody(Exchanges.json(exchange, "call"));
    }

    /** Keeps the id of the new task: the body is {@code {"task_id"}}. */
    void keep(Exchange exchange) throws ProviderFailure {
        String id =
                exchange.getMessage().getBody(JsonNode.class).path("task_id").asText("");
        if (id.isEmpty() || id.length() > 255) {
            throw ProviderFailure.failed(title(exchange) + " gave the task no id");
        }
        exchange.setVariable("taskId", id);
        bind(exchange);
    }

    private static void bind(Exchange exchange) {
        exchange.getMessage().setHeader("generationTask", exchange.getVariable("taskId", "", String.class));
        exchange.getMessage().setHeader("generationStage", exchange.getVariable("stage", "", String.class));
        exchange.getMessage().setHeader("generationFirstTask", exchange.getVariable("firstTask", "", String.class));
    }

    /** Waits until the task is to be asked for again. */
    void pause(Exchange exchange) throws InterruptedException {
        String id = exchange.getVariable("taskId", String.class);
        long millis = Long.parseLong(exchange.getVariable("taskInterval", String.class));
        CountDownLatch news = waiting.computeIfAbsent(id, key -> new CountDownLatch(1));
        if (news.await(millis, TimeUnit.MILLISECONDS)) {
            waiting.remove(id);
        }
    }

    /** Somebody says that there is news of the task; whoever waits here asks for it now. False when nobody does. */
    boolean wake(String taskId) {
        CountDownLatch news = waiting.remove(taskId);
        if (news != null) {
            news.countDown();
        }
        return news != null;
    }

    /** Reads what the provider says of the task; ends the loop, or fails. */
    void judge(Exchange exchange) throws ProviderFailure {
        JsonNode said = exchange.getMessage().getBody(JsonNode.class);
        String id = exchange.getVariable("taskId", String.class);
        String state = said.path("state").asText();
        switch (state) {
            case "done" -> exchange.setVariable("taskRunning", false);
            case "failed" -> {
                waiting.remove(id);
                throw ProviderFailure.failed(title(exchange) + " task failed");
            }
            case "rejected" -> {
                waiting.remove(id);
                throw ProviderFailure.rejected("content rejected by provider");
            }
            default -> {
                if (!"running".equals(state)) {
                    log.info("task of {} is in an unknown state; it counts as running", title(exchange));
                }
                if (System.nanoTime() > exchange.getVariable("taskEnd", Long.class)) {
                    waiting.remove(id);
                    throw ProviderFailure.timedOut(
                            "Task timed out after " + limit(exchange).toMinutes() + " minutes");
                }
            }
        }
        if (!exchange.getVariable("taskRunning", Boolean.class)) {
            waiting.remove(id);
        }
        exchange.getMessage().setHeader("generationProgress", progress(exchange, said));
    }

    /** The provider's own figure between 10 and 90; each of two stages counts half. */
    private static double progress(Exchange exchange, JsonNode said) {
        double own = Math.clamp(said.path("progress").asDouble(0), 0, 100);
        String stage = exchange.getVariable("stage", "", String.class);
        boolean twoStages = Exchanges.json(exchange, "call").path("stages").asInt() == 2;
        double share = !twoStages ? own : "second".equals(stage) ? 50 + own / 2 : own / 2;
        return Math.clamp(share, 10, 90);
    }

    private static Duration limit(Exchange exchange) {
        return Duration.ofMillis(Long.parseLong(exchange.getVariable("taskLimit", String.class)));
    }

    private String title(Exchange exchange) {
        return providers
                .table()
                .named(exchange.getVariable("providerName", String.class))
                .title();
    }

    /** Prepares the second task of a generation, which builds on the first; one that runs already is gone on with. */
    void beginSecond(Exchange exchange) {
        if (!"second".equals(exchange.getVariable("stage", "", String.class))) {
            exchange.setVariable("firstTask", exchange.getVariable("taskId", String.class));
            exchange.setVariable("taskId", "");
            exchange.setVariable("stage", "second");
        }
        ObjectNode call = Exchanges.json(exchange, "call").deepCopy();
        call.put("first_task_id", exchange.getVariable("firstTask", String.class));
        exchange.setVariable("call", call);
        bind(exchange);
    }
}
