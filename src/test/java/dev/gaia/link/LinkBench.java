package dev.gaia.link;

import dev.gaia.embedded.EmbeddedNats;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the link costs, in CPU seconds per 1,000 plain exchanges and per 1,000 pieces, beside the bare client's
 * request and reply. Not a test: run its main method on the test class path. Arguments: requests at a time, streams.
 */
@SuppressWarnings("try") // the NATS client's close may be interrupted
public final class LinkBench {

    private static final int REQUESTS = 40_000;
    private static final int ROUNDS = 4;

    private LinkBench() {}

    public static void main(String[] arguments) throws Exception {
        int concurrency = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 64;
        int streams = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500;
        var threads = new LinkThreads();
        try (var server = EmbeddedNats.start(Files.createTempDirectory("gaia-bench"));
                var segment = new LinkSide(server.url());
                var gateway = new LinkSide(server.url());
                var raw = Nats.connect(new Options.Builder()
                        .server(server.url())
                        .executor(threads)
                        .useDispatcherWithExecutor()
                        .build())) {
            segment.route("error/nats-edge-errors.camel.yaml");
            segment.door("test-plain", 10_000, exchange -> {});
            segment.door(
                    "test-stream", 10_000, exchange -> exchange.getMessage().setBody(TestStream.numbers(100, 20)));
            segment.startConnected();
            gateway.context.start();
            gateway.awaitConnected();
            segment.broker
                    .connection()
                    .orElseThrow()
                    .createDispatcher()
                    .subscribe(
                            "gaia.bench.raw",
                            message -> segment.broker
                                    .connection()
                                    .orElseThrow()
                                    .publish(message.getReplyTo(), message.getData()));
            byte[] body = "x".repeat(1200).getBytes(StandardCharsets.UTF_8);
            var template = gateway.context.createProducerTemplate();
            template.start();
            var endpoint = gateway.context.getEndpoint("nats:test-plain");
            for (int round = 1; round <= ROUNDS; round++) {
                measure(
                        "raw request",
                        REQUESTS,
                        concurrency,
                        () -> raw.request("gaia.bench.raw", body).get());
                measure(
                        "link call",
                        REQUESTS,
                        concurrency,
                        () -> gateway.link
                                .call("test-plain", 0)
                                .ask(
                                        new io.nats.client.impl.Headers().put(GaiaHeaders.USER_ID, "u"),
                                        new SizedBody(new java.io.ByteArrayInputStream(body), body.length)));
                measure(
                        "link route",
                        REQUESTS,
                        concurrency,
                        () -> template.request(endpoint, exchange -> {
                            exchange.getIn().setBody(body);
                            exchange.getIn().setHeader(GaiaHeaders.USER_ID, "u");
                        }));
            }
            for (int round = 1; round <= 2; round++) {
                var pieces = new AtomicLong();
                double before = cpuSeconds();
                double serverBefore = serverSeconds();
                long start = System.nanoTime();
                run(streams, streams, () -> {
                    try (var stream = gateway.stream("test-stream")) {
                        while (stream.next().isPresent()) {
                            pieces.incrementAndGet();
                        }
                    }
                });
                print("streams", streams * 100, start, before, serverBefore);
                System.out.printf("  %d of %d pieces came alone%n", pieces.get(), streams * 100);
            }
        }
        System.exit(0);
    }

    private interface Step {
        void run() throws Exception;
    }

    private static void measure(String name, int count, int concurrency, Step step) throws Exception {
        double before = cpuSeconds();
        double serverBefore = serverSeconds();
        long start = System.nanoTime();
        run(count, concurrency, step);
        print(name, count, start, before, serverBefore);
    }

    private static void run(int count, int concurrency, Step step) throws InterruptedException {
        var left = new AtomicInteger(count);
        var done = new CountDownLatch(concurrency);
        for (int i = 0; i < concurrency; i++) {
            Thread.ofVirtual().start(() -> {
                try {
                    while (left.getAndDecrement() > 0) {
                        step.run();
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
    }

    private static void print(String name, int count, long startNanos, double cpu, double server) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        System.out.printf(
                "%-12s %7.0f/s  JVM %.4f CPU-s/1k  nats-server %.4f%n",
                name, count / seconds, (cpuSeconds() - cpu) / count * 1000, (serverSeconds() - server) / count * 1000);
    }

    private static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    private static double serverSeconds() {
        return ProcessHandle.current()
                        .descendants()
                        .filter(process -> process.info().command().orElse("").endsWith("nats-server"))
                        .mapToLong(process ->
                                process.info().totalCpuDuration().orElseThrow().toMillis())
                        .sum()
                / 1000.0;
    }
}
