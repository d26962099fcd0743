package dev.gaia.auth;

import dev.gaia.database.DatabaseState;
import dev.gaia.database.TestDatabase;
import dev.gaia.ops.Dependencies;
import dev.gaia.ops.Dependency;
import dev.gaia.ops.DependencyState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.component.direct.DirectComponent;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/** The credential routes and the auth segment in a process of their own, on a database of their own. */
final class CredentialRoutes implements AutoCloseable {

    static final String SECRET = "a-secret-for-tests-with-more-than-32-bytes";
    static final String OWNER = "b81e2f6d-1c9a-4f3b-8d27-55a0c7e94e10";
    static final String GOOD_KEY = "gaia_test_good";

    private final ConfigurableApplicationContext context;

    private CredentialRoutes(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Not marked as a configuration, lest the application itself finds it when a test starts the whole. */
    @EnableAutoConfiguration
    @ComponentScan({"dev.gaia.auth", "dev.gaia.database"})
    @ConfigurationPropertiesScan({"dev.gaia.auth", "dev.gaia.database"})
    static class Application {

        /** Takes the place of the component that needs a broker. */
        @Bean
        DirectComponent nats() {
            return new DirectComponent();
        }

        @Bean
        Dependencies dependencies(DatabaseState database) {
            return new Dependencies(List.of(new Dependency() {
                @Override
                public String name() {
                    return "database";
                }

                @Override
                public DependencyState state() {
                    return database.up() ? DependencyState.answering() : DependencyState.silent("does not answer");
                }
            }));
        }
    }

    /** Properties as {@code name=value}. */
    static CredentialRoutes start(String databaseUrl, String... properties) {
        var arguments = new ArrayList<String>();
        arguments.add("--gaia.database.url=" + databaseUrl);
        arguments.add("--gaia.auth.jwt-secret=" + SECRET);
        arguments.add("--camel.main.routes-include-pattern=file:routes/error/segment-errors.camel.yaml,"
                + "file:routes/auth/check/*.camel.yaml,file:routes/auth/auth-validate.camel.yaml,"
                + "file:routes/auth/auth-internal-*.camel.yaml,file:routes/auth/auth-status.camel.yaml,"
                + "file:routes/auth/auth-health.camel.yaml");
        arguments.add("--camel.main.routes-exclude-pattern=**/auth-session-ended.camel.yaml");
        arguments.add("--management.endpoint.health.validate-group-membership=false");
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new CredentialRoutes(SpringApplication.run(Application.class, arguments.toArray(new String[0])));
    }

    /** Gives the owner {@link #GOOD_KEY}. */
    static void addOwner(TestDatabase database) {
        database.execute("insert into users (id, email) values ('" + OWNER + "', 'owner@example.com')");
        addKey(database, GOOD_KEY, "true", "null");
    }

    /** Activity and expiry as SQL. */
    static void addKey(TestDatabase database, String key, String active, String expires) {
        database.execute("insert into api_keys (user_id, key_hash, is_active, expires_at) values ('" + OWNER + "', '"
                + sha256(key) + "', " + active + ", " + expires + ")");
    }

    static String sha256(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Exchange call(String route, Object body, Map<String, Object> headers) {
        try (FluentProducerTemplate template =
                context.getBean(CamelContext.class).createFluentProducerTemplate()) {
            return template.to("direct:" + route)
                    .withProcessor(exchange -> {
                        exchange.getMessage().setBody(body);
                        exchange.getMessage().setHeaders(new HashMap<>(headers));
                    })
                    .send();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
