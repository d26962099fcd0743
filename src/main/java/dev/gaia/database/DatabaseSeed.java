package dev.gaia.database;

import java.sql.Connection;
import java.sql.SQLException;

/** Rows that must exist before requests come. Runs after every migration, so it changes nothing when they do. */
@FunctionalInterface
public interface DatabaseSeed {

    void plant(Connection connection) throws SQLException;
}
