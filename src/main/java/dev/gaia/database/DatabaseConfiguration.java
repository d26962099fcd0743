package dev.gaia.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The connections, named {@code dataSource} as routes call them, and the upkeep of the schema. */
@Configuration(proxyBeanMethods = false)
class DatabaseConfiguration {

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration VALIDATION_TIMEOUT = Duration.ofSeconds(1);

    /** Longest silence of the server in the middle of a statement; a dead network would otherwise hold a request. */
    private static final Duration STATEMENT_SILENCE = Duration.ofSeconds(30);

    @Bean(destroyMethod = "close")
    HikariDataSource dataSource(DatabaseSettings settings) {
        var address = settings.address();
        var pool = new HikariConfig();
        pool.setPoolName("database");
        pool.setJdbcUrl(address.jdbcUrl());
        address.user().ifPresent(pool::setUsername);
        address.password().ifPresent(pool::setPassword);
        // The platform starts without its database and reports it; the pool connects when it can.
        pool.setInitializationFailTimeout(-1);
        pool.setMaximumPoolSize(settings.poolSize() + settings.maxOverflow());
        pool.setMinimumIdle(Math.min(2, settings.poolSize()));
        pool.setIdleTimeout(IDLE_TIMEOUT.toMillis());
        pool.setConnectionTimeout(settings.poolTimeout().toMillis());
        pool.setValidationTimeout(
                Math.min(VALIDATION_TIMEOUT.toMillis(), settings.poolTimeout().toMillis()));
        pool.setMaxLifetime(settings.poolRecycle().toMillis());
        // Some columns are without a zone and mean UTC; their defaults follow the session's zone.
        pool.setConnectionInitSql("set time zone 'UTC'");
        pool.addDataSourceProperty(
                "connectTimeout", Long.toString(settings.connectTimeout().toSeconds()));
        pool.addDataSourceProperty(
                "loginTimeout", Long.toString(settings.connectTimeout().toSeconds() + 1));
        pool.addDataSourceProperty("socketTimeout", Long.toString(STATEMENT_SILENCE.toSeconds()));
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.addDataSourceProperty("ApplicationName", "gaia");
        if (settings.echo()) {
            LoggingSystem.get(getClass().getClassLoader())
                    .setLogLevel("org.apache.camel.component.jdbc", LogLevel.DEBUG);
        }
        return new HikariDataSource(pool);
    }

    @Bean
    DatabaseState databaseState() {
        return new DatabaseState();
    }

    @Bean(destroyMethod = "stop")
    DatabaseUpkeep databaseUpkeep(
            DatabaseSettings settings, DataSource dataSource, DatabaseState state, List<DatabaseSeed> seeds) {
        return new DatabaseUpkeep(settings, dataSource, state, seeds);
    }

    @Bean
    PersonaSeed personaSeed() {
        return PersonaSeed.fromResource();
    }
}
