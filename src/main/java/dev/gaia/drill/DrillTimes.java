package dev.gaia.drill;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The waits of a drill: those of the failure contract, or shortened ones with the settings that go with them.
 *
 * @param firstTokenMillis first-token and idle limit of the Gaia under test
 * @param settings that this Gaia needs
 */
record DrillTimes(long firstTokenMillis, Map<String, String> settings) {

    /** What a busy machine may take beside a wait. */
    static final long SLACK_MILLIS = 3_000;

    /** For the test suite: everything that takes seconds takes tenths of them. */
    static DrillTimes fast() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("gaia.provider.first-token-timeout", "1500ms");
        settings.put("gaia.provider.idle-timeout", "1500ms");
        settings.put("gaia.provider.pinged-idle-timeout", "2500ms");
        settings.put("gaia.provider.finish-timeout", "400ms");
        settings.put("gaia.provider.attempts.idle-timeout-alone", "5s");
        return new DrillTimes(1_500, independent(settings));
    }

    /** The waits as they are by default. */
    static DrillTimes whole() {
        return new DrillTimes(10_000, independent(new LinkedHashMap<>()));
    }

    /** What one row does to a provider must not matter to the next, which runs beside it. */
    private static Map<String, String> independent(Map<String, String> settings) {
        settings.put("gaia.provider.attempts.budget-floor", "100000");
        settings.put("gaia.provider.attempts.key-pause", "1us");
        settings.put("gaia.provider.attempts.key-pause-max", "1us");
        settings.put("gaia.provider.attempts.breaker-failures", "100000");
        settings.put("gaia.provider.attempts.breaker-results", "100000");
        return settings;
    }

    /** Rows that are played at once. Limits that are held to a tenth of a second want a machine that is not full. */
    int rowsAtOnce() {
        return fastOnes() ? 32 : 16;
    }

    private boolean fastOnes() {
        return firstTokenMillis < 10_000;
    }

    /** An answer that waited for nothing but back-offs. */
    long quickMillis() {
        return 3_000;
    }

    /** A first token that comes too late. */
    long slowMillis() {
        return firstTokenMillis * 2;
    }

    long silentMillis() {
        return firstTokenMillis + 2_500;
    }

    long stallMillis() {
        return firstTokenMillis + SLACK_MILLIS;
    }

    /** The idle limit where nobody else can be asked. */
    long aloneMillis() {
        return fastOnes() ? 5_000 : 30_000;
    }

    long pingedMillis() {
        return (fastOnes() ? 2_500L : 60_000L) + SLACK_MILLIS;
    }

    /** An answer within a client's own limit of half a second; shortened waits are told apart from the next limit only. */
    long deadlineMillis() {
        return fastOnes() ? 1_400 : 600;
    }

    /** An answer that waited for its end mark, but not as long as a model alone may be silent. */
    long finishMillis() {
        return 4_500;
    }
}
