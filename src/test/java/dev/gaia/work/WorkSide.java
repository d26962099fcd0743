package dev.gaia.work;

import static org.awaitility.Awaitility.await;

import dev.gaia.link.Broker;
import dev.gaia.link.NatsSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** One process of those that share a queue: a broker connection and a Camel context with the component under test. */
final class WorkSide implements AutoCloseable {

    final Broker broker;
    final WorkComponent work;
    private final CamelContext context = new DefaultCamelContext();
    private final ProducerTemplate template;

    /** @param url empty for a process without a broker */
    WorkSide(String url) {
        broker = new Broker(
                new NatsSettings(
                        url, "", "", "", "", -1, Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(5)),
                "test");
        work = new WorkComponent(broker);
        context.addComponent("work", work);
        context.getShutdownStrategy().setTimeout(10);
        template = context.createProducerTemplate();
    }

    WorkSide worker(String options, Processor processor) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("work:test-job?" + options).routeId("worker").process(processor);
            }
        });
        return this;
    }

    WorkSide start() {
        context.start();
        return this;
    }

    WorkSide connected() {
        start();
        await().atMost(Duration.ofSeconds(15)).until(broker::connected);
        return this;
    }

    /** What giving the work away failed with. */
    Optional<Exception> add(String id) {
        return add("work:test-job", id);
    }

    Optional<Exception> addHere(String id) {
        return add("work:test-job?here=true", id);
    }

    private Optional<Exception> add(String uri, String id) {
        var done = template.send(uri, exchange -> exchange.getMessage().setHeaders(Map.of("workId", id)));
        return Optional.ofNullable(done.getException());
    }

    /** As a process that was killed: it says nothing more to anybody. */
    void die() {
        broker.close();
    }

    @Override
    public void close() {
        context.stop();
        broker.close();
    }
}
