package dev.gaia.database;

import java.time.Duration;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Brings the schema up to date with the scripts in {@code db/migration}. Processes that start together wait for each
 * other on Flyway's advisory lock. The old platform's own table {@code schema_migrations} is left alone.
 */
record SchemaMigration(DatabaseAddress address, Duration connectTimeout) {

    private static final String HISTORY_TABLE = "gaia_schema_history";

    /** Does nothing when the schema is up to date. */
    void run() throws FlywayException {
        Flyway.configure(getClass().getClassLoader())
                .dataSource(connections())
                .initSql("set time zone 'UTC'; set client_min_messages = warning")
                .locations("classpath:db/migration")
                .table(HISTORY_TABLE)
                // An old platform's database has tables and no history of ours: migrations bear what they find.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .connectRetries(0)
                .load()
                .migrate();
    }

    /** Not from the pool: a migration may take longer than any request may wait. */
    private DriverManagerDataSource connections() {
        var properties = new Properties();
        properties.setProperty("connectTimeout", Long.toString(connectTimeout.toSeconds()));
        properties.setProperty("ApplicationName", "gaia-migration");
        var source = new DriverManagerDataSource(address.jdbcUrl(), properties);
        address.user().ifPresent(source::setUsername);
        address.password().ifPresent(source::setPassword);
        return source;
    }
}
