package dev.gaia.asset;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that tells a database that is away, which is a refusal, from a statement that is wrong, which is a defect and no
 * reason to leave the database alone.
 */
final class DatabaseTrouble implements Processor {

    /** Classes of SQLSTATE: connection, resources, operator intervention, system. */
    private static final Set<String> AWAY = Set.of("08", "53", "57", "58");

    @Override
    public void process(Exchange exchange) throws Exception {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (cause != null && !away(cause)) {
            throw cause;
        }
        throw Failure.of(FailureCode.ASSET_DATABASE_UNAVAILABLE);
    }

    static boolean away(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SQLTransientException) {
                return true;
            }
            if (each instanceof SQLException failure) {
                String state = failure.getSQLState();
                return state == null || state.length() < 2 || AWAY.contains(state.substring(0, 2));
            }
        }
        return false;
    }
}
