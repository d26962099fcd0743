package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Exchanges;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps of providers that take a task and finish it later: what they say of it is asked for again and again, sooner when
 * somebody calls back. An unknown word for how a task is means that it still runs.
 *
 * <p>News is taken from the moment at which the task has an id until its generation is over here, also while the provider
 * is being asked: what it answers then may be older than the news.
 */
final class TaskSteps {

    private static final Logger log = LoggerFactory.getLogger(TaskSteps.class);

    private static final String NEWS = "taskNews";

    private final AssetProviders providers;
    private final ObjectMapper mapper;
    /** For each task of this process, by its id: a permit when there is news. */
    private final Map<String, Semaphore> tasks = new ConcurrentHashMap<>();

    TaskSteps(AssetProviders providers, ObjectMapper mapper) {
        this.providers = providers;
        this.mapper = mapper;
    }

    /** Begins a task, or goes on with the one a process before this had begun; sets {@code taskMissing}. */
    void begin(Exchange exchange) {
        String known = exchange.getVariable("taskId", "", String.class);
        exchange.setVariable("taskMissing", known.isEmpty());
        if (!known.isEmpty()) {
            listen(exchange, known);
        }
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
        listen(exchange, id);
        bind(exchange);
    }

    private void listen(Exchange exchange, String id) {
        var news = new Semaphore(0);
        tasks.put(id, news);
        exchange.setVariable(NEWS, news);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                tasks.remove(id, news);
            }
        });
    }

    private static void bind(Exchange exchange) {
        exchange.getMessage().setHeader("generationTask", exchange.getVariable("taskId", "", String.class));
        exchange.getMessage().setHeader("generationStage", exchange.getVariable("stage", "", String.class));
        exchange.getMessage().setHeader("generationFirstTask", exchange.getVariable("firstTask", "", String.class));
    }

    /** Waits until the task is to be asked for again. */
    void pause(Exchange exchange) throws InterruptedException {
        long millis = Long.parseLong(exchange.getVariable("taskInterval", String.class));
        var news = exchange.getVariable(NEWS, Semaphore.class);
        if (news.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            news.drainPermits();
        }
    }

    /**
     * There is news of the task in the body, {@code {"task_id"}}: whoever waits for it here asks for it now. Sets
     * {@code taskHere} to whether this process has the task.
     */
    void wake(Exchange exchange) throws IOException {
        JsonNode news = exchange.getMessage().getBody() instanceof JsonNode own
                ? own
                : mapper.readTree(exchange.getMessage().getBody(byte[].class));
        var task = Optional.ofNullable(tasks.get(news.path("task_id").asText()));
        task.ifPresent(Semaphore::release);
        exchange.setVariable("taskHere", task.isPresent());
    }

    /** Reads what the provider says of the task; ends the loop, or fails. */
    void judge(Exchange exchange) throws ProviderFailure {
        JsonNode said = exchange.getMessage().getBody(JsonNode.class);
        String state = said.path("state").asText();
        switch (state) {
            case "done" -> exchange.setVariable("taskRunning", false);
            case "failed" -> throw ProviderFailure.failed(title(exchange) + " task failed");
            case "rejected" -> throw ProviderFailure.rejected("content rejected by provider");
            default -> {
                if (!"running".equals(state)) {
                    log.info("task of {} is in an unknown state; it counts as running", title(exchange));
                }
                if (System.nanoTime() > exchange.getVariable("taskEnd", Long.class)) {
                    throw ProviderFailure.timedOut(
                            "Task timed out after " + limit(exchange).toMinutes() + " minutes");
                }
            }
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
