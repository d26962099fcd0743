package dev.gaia.ops;

import dev.gaia.database.DatabaseState;
import dev.gaia.link.Broker;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The things outside this process that health pages speak of. */
@Configuration(proxyBeanMethods = false)
class DependencyConfiguration {

    @Bean
    Dependency databaseDependency(DatabaseState database) {
        return new Dependency() {
            @Override
            public String name() {
                return "database";
            }

            @Override
            public DependencyState state() {
                return database.up()
                        ? DependencyState.answering()
                        : DependencyState.silent(database.problem().orElse("does not answer"));
            }
        };
    }

    @Bean
    Dependency natsDependency(Broker broker) {
        return new Dependency() {
            @Override
            public String name() {
                return "nats";
            }

            @Override
            public DependencyState state() {
                if (!broker.configured()) {
                    return DependencyState.notConfigured();
                }
                return broker.connected() ? DependencyState.answering() : DependencyState.silent("not connected");
            }
        };
    }

    @Bean
    SupabaseDependency supabaseDependency(@Value("${gaia.auth.supabase-url:}") String url) {
        return new SupabaseDependency(
                url,
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build());
    }

    /** What routes ask. */
    @Bean
    Dependencies dependencies(List<Dependency> known) {
        return new Dependencies(known);
    }
}
