package dev.gaia;

import dev.gaia.link.Broker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The whole application in this JVM, on a free port.
 *
 * <p>{@link #shared()} is started once and serves every test that changes nothing; {@link #with} starts one of its own,
 * which the test closes.
 */
public final class Hub implements AutoCloseable {

    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(20);

    private final ConfigurableApplicationContext context;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Hub(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** The hub with its default settings; closed by the JVM's end. */
    public static Hub shared() {
        return Shared.HUB;
    }

    /** Describes a hub with these settings on top of the defaults. */
    public static Builder with(Map<String, String> properties) {
        return new Builder().with(properties);
    }

    /** Address of the edge, without a slash at its end. */
    public String baseUrl() {
        return "http://127.0.0.1:" + port();
    }

    public int port() {
        return bean(PlatformHttpEngine.class).getServerPort();
    }

    public CamelContext camel() {
        return bean(CamelContext.class);
    }

    /** Whether the message broker is there. */
    public boolean connected() {
        return bean(Broker.class).connected();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public ConfigurableApplicationContext spring() {
        return context;
    }

    /** The HTTP/1.1 client the helpers below use. */
    public HttpClient httpClient() {
        return client;
    }

    /** Begins a request to a path, with pairs of header name and value. */
    public HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(baseUrl() + path)).timeout(CALL_TIMEOUT);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return request;
    }

    public HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET().build());
    }

    /** Posts JSON. */
    public HttpResponse<String> post(String path, String json, String... headers) {
        return send(request(path, headers)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build());
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    /** What a hub is started with. */
    public static final class Builder {
        private final Map<String, String> properties = new LinkedHashMap<>();
        private final List<RoutesBuilder> routes = new ArrayList<>();
        private final Map<String, Object> beans = new LinkedHashMap<>();

        private Builder() {
            properties.put("gaia.gateway.host", "127.0.0.1");
            properties.put("gaia.gateway.port", "0");
            properties.put("gaia.management.port", "0");
            properties.put("gaia.spool.dir", "target/spool");
            properties.put("camel.main.main-run-controller", "false");
            properties.put("spring.main.register-shutdown-hook", "false");
        }

        public Builder with(Map<String, String> more) {
            properties.putAll(more);
            return this;
        }

        public Builder with(String key, String value) {
            properties.put(key, value);
            return this;
        }

        /** Adds routes of the test to those of the application. */
        public Builder routes(RoutesBuilder... more) {
            routes.addAll(List.of(more));
            return this;
        }

        /** Adds a bean that routes may call by name. */
        public Builder bean(String name, Object bean) {
            beans.put(name, bean);
            return this;
        }

        public Hub start() {
            if (!properties.containsKey("gaia.database.url")) {
                // Nothing can be written down, and nobody waits for it at the end.
                properties.putIfAbsent("gaia.chat.history-shutdown-timeout", "10ms");
                properties.putIfAbsent("gaia.chat.usage.shutdown-timeout", "10ms");
                properties.putIfAbsent("gaia.provider.ledger.shutdown-timeout", "10ms");
            }
            String[] arguments = properties.entrySet().stream()
                    .map(property -> "--" + property.getKey() + "=" + property.getValue())
                    .toArray(String[]::new);
            ApplicationContextInitializer<GenericApplicationContext> additions = this::register;
            return new Hub(new SpringApplicationBuilder(GaiaApplication.class)
                    .initializers(additions)
                    .run(arguments));
        }

        private void register(GenericApplicationContext target) {
            for (int i = 0; i < routes.size(); i++) {
                RoutesBuilder added = routes.get(i);
                target.registerBean("testRoutes" + i, RoutesBuilder.class, () -> added);
            }
            beans.forEach((name, bean) -> register(target, name, bean));
        }

        @SuppressWarnings("unchecked")
        private static void register(GenericApplicationContext target, String name, Object bean) {
            target.registerBean(name, (Class<Object>) bean.getClass(), (Supplier<Object>) () -> bean);
        }
    }

    private static final class Shared {
        private static final Hub HUB = start();

        private static Hub start() {
            Hub hub = with(Map.of()).start();
            Runtime.getRuntime().addShutdownHook(new Thread(hub::close));
            return hub;
        }
    }
}
