package dev.gaia.link;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.awaitility.Awaitility;

/** One process of the link: a broker connection and a Camel context with the component under test. */
final class LinkSide implements AutoCloseable {

    static final LinkSettings SETTINGS = settings(30);

    final Broker broker;
    final Link link;
    final CamelContext context = new DefaultCamelContext();
    private final ProducerTemplate template;

    LinkSide(String url) {
        this(url, SETTINGS);
    }

    LinkSide(String url, LinkSettings settings) {
        this(
                new NatsSettings(
                        url, "", "", "", "", -1, Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(5)),
                settings);
    }

    LinkSide(NatsSettings nats, LinkSettings settings) {
        context.setStreamCaching(false); // as in the application
        broker = new Broker(nats, "test");
        var json = new ObjectMapper();
        link = new Link(broker, settings, json);
        context.addComponent("nats", new GaiaNatsComponent(link));
        context.getRegistry().bind("answerNatsFailure", new AnswerNatsFailure(json));
        context.getRegistry().bind("readServiceRequest", new ReadServiceRequest(json));
        template = context.createProducerTemplate();
        context.getRegistry().bind("linkFallback", new LinkFallback(template));
    }

    static LinkSettings settings(double timeoutSeconds) {
        return new LinkSettings(
                "nats",
                "nats",
                "nats",
                Duration.ofMillis(Math.round(timeoutSeconds * 1000)),
                Duration.ofMillis(200),
                Duration.ofSeconds(2),
                64,
                32768,
                16384,
                33554432,
                Duration.ofSeconds(5));
    }

    LinkSide property(String key, String value) {
        context.getPropertiesComponent().addInitialProperty(key, value);
        return this;
    }

    LinkSide route(String file) throws Exception {
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(ResourceHelper.resolveResource(
                        context, "file:" + Path.of("routes").resolve(file)));
        return this;
    }

    LinkSide routes(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        return this;
    }

    /** A door as the template makes it, from Java. */
    LinkSide door(String flow, int inFlightMax, Processor processor) throws Exception {
        return door(flow, "inFlightMax=" + inFlightMax, processor);
    }

    /** A door whose flow reads its body as it comes. */
    LinkSide streamedDoor(String flow, Processor processor) throws Exception {
        return door(flow, "streamed=true", processor);
    }

    private LinkSide door(String flow, String option, Processor processor) throws Exception {
        return routes(new RouteBuilder() {
            @Override
            public void configure() {
                from("nats:" + flow + "?" + option)
                        .routeId(flow + "-door")
                        .routeConfigurationId("nats-edge-errors")
                        .process(processor);
            }
        });
    }

    LinkSide start() {
        context.start();
        return this;
    }

    LinkSide startConnected() {
        start();
        awaitConnected();
        return this;
    }

    void awaitConnected() {
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(broker::connected);
        try {
            // What was subscribed before this is known to the server after it.
            broker.connection().orElseThrow().flush(Duration.ofSeconds(5));
        } catch (java.util.concurrent.TimeoutException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Exchange ask(String flow, byte[] body, Map<String, Object> headers) {
        return template.request("nats:" + flow, exchange -> {
            exchange.getIn().setBody(body);
            exchange.getIn().setHeaders(new java.util.HashMap<>(headers));
        });
    }

    Exchange ask(String flow, SizedBody body) {
        return template.request("nats:" + flow, exchange -> exchange.getIn().setBody(body));
    }

    /** Asks, and throws what the link threw. */
    Exchange answer(String flow, String body) {
        var exchange = ask(flow, body.getBytes(java.nio.charset.StandardCharsets.UTF_8), Map.of());
        if (exchange.getException() instanceof RuntimeException failure) {
            throw failure;
        }
        return exchange;
    }

    PieceStream stream(String flow) {
        return (PieceStream) answer(flow, "").getMessage().getBody();
    }

    static String text(PieceStream stream) throws IOException, InterruptedException {
        var text = new StringBuilder();
        for (var piece = stream.next(); piece.isPresent(); piece = stream.next()) {
            text.append(new String(piece.get(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    @Override
    public void close() {
        template.stop();
        context.stop();
        link.close();
        broker.close();
    }
}
