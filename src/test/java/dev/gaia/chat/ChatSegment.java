package dev.gaia.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.fake.FakeModelProvider;
import dev.gaia.link.GaiaHeaders;
import dev.gaia.link.PieceStream;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockComponent;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** The chat segment alone, called at {@code direct:}; events are collected instead of sent. */
final class ChatSegment implements AutoCloseable {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ConfigurableApplicationContext context;
    private final ProducerTemplate template;

    private ChatSegment(ConfigurableApplicationContext context) {
        this.context = context;
        this.template = context.getBean(CamelContext.class).createProducerTemplate();
    }

    @EnableAutoConfiguration(exclude = {DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class})
    @ComponentScan({"dev.gaia.mapping", "dev.gaia.chat"})
    @ConfigurationPropertiesScan("dev.gaia.chat")
    static class Application {

        @Bean(destroyMethod = "close")
        Vertx vertx() {
            return Vertx.vertx();
        }

        @Bean
        Events events() {
            return new Events(Collections.synchronizedList(new ArrayList<>()));
        }

        @Bean
        RouteBuilder opsEvent(Events events) {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:ops-event").process(events::collect);
                }
            };
        }

        @Bean
        Processor writeEvent() {
            return exchange -> {};
        }

        /** Takes the place of the component that needs a broker. */
        @Bean
        MockComponent nats() {
            return new MockComponent();
        }
    }

    /** An event as the segment hands it over. */
    record Event(String subject, JsonNode body) {}

    record Events(List<Event> all) {
        private void collect(Exchange exchange) {
            all.add(new Event(
                    exchange.getVariable("eventSubject", String.class),
                    exchange.getMessage().getBody(JsonNode.class)));
        }
    }

    /** A whole answer. */
    record Answer(Map<String, Object> headers, Object body) {

        JsonNode json() {
            try {
                return MAPPER.readTree(
                        body instanceof byte[] bytes
                                ? new String(bytes, StandardCharsets.UTF_8)
                                : String.valueOf(body));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        PieceStream stream() {
            return (PieceStream) body;
        }
    }

    static Map<String, String> openAi(FakeModelProvider provider) {
        return Map.of(
                "gaia.provider.endpoints.openai.base-url",
                provider.baseUrl(),
                "gaia.provider.endpoints.openai.key",
                "test-key-openai",
                "gaia.mappings-dir",
                "mappings",
                // The members of the group belong to areas that do not run here.
                "management.endpoint.health.validate-group-membership",
                "false");
    }

    /** A database nobody can reach. */
    static DataSource away() {
        return new AbstractDataSource() {
            @Override
            public Connection getConnection() throws SQLException {
                throw new SQLException("no database here", "08001");
            }

            @Override
            public Connection getConnection(String user, String password) throws SQLException {
                return getConnection();
            }
        };
    }

    static ChatSegment start(Map<String, String> settings, DataSource dataSource) {
        Map<String, Object> properties = new HashMap<>(settings);
        properties.put(
                "camel.main.routes-include-pattern",
                "file:routes/chat/*.camel.yaml,file:routes/error/segment-errors.camel.yaml");
        properties.put(
                "camel.main.routes-exclude-pattern",
                "**/chat-history-changed*,**/chat-persona-changed*,**/chat*-doors*,**/chat-service-request*,**/chat-health*");
        properties.put("camel.main.main-run-controller", "false");
        properties.put("management.endpoint.health.validate-group-membership", "false");
        properties.put("spring.main.register-shutdown-hook", "false");
        properties.putIfAbsent("gaia.chat.history-shutdown-timeout", "300ms");
        String[] arguments = properties.entrySet().stream()
                .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
                .toArray(String[]::new);
        ApplicationContextInitializer<GenericApplicationContext> additions =
                target -> target.registerBean("dataSource", DataSource.class, () -> dataSource);
        return new ChatSegment(new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .initializers(additions)
                .run(arguments));
    }

    /** Calls a flow as a caller; rethrows what it failed with. */
    Answer call(String flow, String user, String body) {
        var exchange = template.send("direct:" + flow, sent -> {
            sent.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
            sent.getMessage().setHeader(GaiaHeaders.USER_ID, user);
            sent.getMessage().setHeader(GaiaHeaders.REQUEST_ID, "request-1");
        });
        if (exchange.getException() instanceof RuntimeException failure) {
            throw failure;
        }
        if (exchange.getException() != null) {
            throw new IllegalStateException(exchange.getException());
        }
        return new Answer(
                exchange.getMessage().getHeaders(), exchange.getMessage().getBody());
    }

    Answer chat(String user, String body) {
        return call("chat-complete", user, body);
    }

    JsonNode status(String user) {
        return call("chat-status", user, "").json();
    }

    List<Event> events() {
        return context.getBean(Events.class).all();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Reads a stream to its end: the data of its events, in order. */
    static List<String> read(PieceStream stream) {
        var text = new StringBuilder();
        try {
            Optional<byte[]> piece = stream.next();
            while (piece.isPresent()) {
                text.append(new String(piece.get(), StandardCharsets.UTF_8));
                piece = stream.next();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        var data = new ArrayList<String>();
        for (var event : text.toString().split("\n\n", -1)) {
            if (event.startsWith("data: ")) {
                data.add(event.substring(6));
            }
        }
        return data;
    }

    static List<JsonNode> chunks(PieceStream stream) {
        return read(stream).stream()
                .filter(data -> !"[DONE]".equals(data))
                .map(data -> {
                    try {
                        return MAPPER.readTree(data);
                    } catch (JsonProcessingException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    static String text(List<JsonNode> chunks) {
        var text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText("")));
        return text.toString();
    }

    @Override
    public void close() {
        context.close();
    }
}
