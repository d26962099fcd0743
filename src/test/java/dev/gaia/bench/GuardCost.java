package dev.gaia.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.gaia.Hub;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.fake.FakeModelProvider;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;

/**
 * What the plan of attempts, breakers, budgets and accounting add to a call of a model that is well (failures 13.7):
 * the provider's route alone against the same within {@code chat-provider}, in turns, in one process with the fake
 * provider. {@code scripts/bench --guard} runs it on a machine that does nothing else.
 */
public final class GuardCost {

    private static final int AT_ONCE = 64;
    private static final int CALLS = 4_000;
    private static final int WARM_UPS = 4;
    private static final int ROUNDS = 10;
    private static final int SINGLE_CALLS = 1_000;
    private static final String MODEL = "gpt-6-luna";

    private final ProducerTemplate template;
    private final FakeModelProvider provider;

    private GuardCost(Hub hub, FakeModelProvider provider) {
        this.template = hub.camel().createProducerTemplate();
        this.provider = provider;
    }

    /** A way to call the model. */
    private record Way(String name, String route, Processor question) {}

    /** Figures of one way: calls in a second, CPU of the process in ms for a call, and ms of a call that is alone. */
    private record Figures(double rate, double cpu, double alone) {}

    /**
     * Measures and prints.
     *
     * @param arguments a folder for files that are needed only now
     */
    public static void main(String[] arguments) throws Exception {
        var models = Files.writeString(
                Path.of(arguments[0], "models.yaml"), "providers: [{name: openai, collect-streams: false}]\n");
        try (var provider = FakeModelProvider.start();
                var hub = hub(provider, models)) {
            new GuardCost(hub, provider).run();
        }
    }

    private static Hub hub(FakeModelProvider provider, Path models) {
        return Hub.with(Map.of(
                        "gaia.management.port", "off",
                        "gaia.log-level", "ERROR",
                        "gaia.chat.models-file", models.toString(),
                        "gaia.provider.endpoints.openai.base-url", provider.baseUrl(),
                        "gaia.provider.endpoints.openai.key", "key-of-the-bench"))
                .start();
    }

    private void run() throws ExecutionException, InterruptedException {
        var bare = new Way("bare", "direct:chat-provider-openai", GuardCost::askBare);
        var guarded = new Way("guarded", "direct:chat-provider", GuardCost::askGuarded);
        var figures = new ArrayList<List<Figures>>();
        for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
            var both = List.of(measure(bare), measure(guarded));
            if (round >= WARM_UPS) {
                figures.add(both);
            }
        }
        double rate = median(figures.stream()
                .map(both -> both.get(1).rate() / both.get(0).rate())
                .toList());
        double cpu = median(figures.stream()
                .map(both -> both.get(1).cpu() - both.get(0).cpu())
                .toList());
        double alone = median(figures.stream()
                .map(both -> both.get(1).alone() - both.get(0).alone())
                .toList());
        double whole = median(figures.stream().map(both -> both.get(0).cpu()).toList());
        System.out.printf(
                Locale.ROOT,
                "A guarded call of a model that is well, against a bare one (medians of %d rounds in turns):%n"
                        + "  alone       %.3f ms more until the answer (aim: less than 1)%n"
                        + "  CPU         %.3f ms more than the %.3f ms of client and provider (aim: less than 5 percent%n"
                        + "              of what a whole request takes, the CPU ms of scripts/bench)%n"
                        + "  throughput  %.3f times that of the bare one, with client and provider in one process%n",
                ROUNDS,
                alone,
                cpu,
                whole,
                rate);
    }

    private Figures measure(Way way) throws ExecutionException, InterruptedException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        provider.reset();
        long cpu = system.getProcessCpuTime();
        long started = System.nanoTime();
        List<Future<?>> calls = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < AT_ONCE; i++) {
                calls.add(threads.submit(() -> ask(way, CALLS / AT_ONCE)));
            }
        }
        for (var call : calls) {
            call.get();
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        double cpuMillis = (system.getProcessCpuTime() - cpu) / 1e6;
        provider.reset();
        long alone = System.nanoTime();
        ask(way, SINGLE_CALLS);
        double aloneMillis = (System.nanoTime() - alone) / 1e6;
        return new Figures(CALLS / seconds, cpuMillis / CALLS, aloneMillis / SINGLE_CALLS);
    }

    private void ask(Way way, int calls) {
        for (int i = 0; i < calls; i++) {
            var answer = template.send(way.route(), way.question());
            if (answer.getException() != null
                    || !FakeModelProvider.DEFAULT_TEXT.equals(answer.getMessage()
                            .getBody(JsonNode.class)
                            .path("text")
                            .asText())) {
                throw new BenchFailure("The " + way.name() + " call failed: " + answer.getException());
            }
        }
    }

    private static ObjectNode call() {
        var call = JsonNodeFactory.instance.objectNode().put("model", MODEL).put("max_tokens", 100);
        call.putArray("messages").addObject().put("role", "user").put("content", "Hello");
        return call.put("stream", false);
    }

    private static void askBare(Exchange exchange) {
        exchange.getMessage().setBody(call());
    }

    private static void askGuarded(Exchange exchange) {
        exchange.setVariable(ChatVariables.CALL, call());
        exchange.setVariable(ChatVariables.STREAM, false);
        exchange.setVariable(ChatVariables.PROVIDER, "openai");
        exchange.setVariable(ChatVariables.PROVIDER_ROUTE, "openai");
        exchange.setVariable(ChatVariables.MODEL, MODEL);
        exchange.setVariable(ChatVariables.REQUEST, JsonNodeFactory.instance.objectNode());
        exchange.setVariable(
                ChatVariables.TURN,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("request_id", "bench")
                        .put("user_id", "bench")
                        .put("provider", "openai")
                        .put("simulated", false));
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
