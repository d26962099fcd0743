package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.drill.DrillProvider.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A stream that is cut after any number of bytes, tried at every 37th, gives the whole text once, or an error; never a third thing. */
class DrillCutIT {

    private static final int EVERY_BYTES = 37;
    private static final int BODY_BYTES = 9_000;
    private static final int AT_ONCE = 16;

    @ParameterizedTest
    @CsvSource({"openai,on", "anthropic,on", "openai,off"})
    void neverPassesACutStreamForAWholeAnswer(String wire, String rescue) throws Exception {
        try (var provider = DrillProvider.start(0);
                var gaia = DrillGaia.start(
                        "direct", provider.port(), DrillTimes.fast().settings());
                var client = new DrillClient(gaia.baseUrl(), "/api/v1/chat/completions", DrillGaia.credentials());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var places = new Semaphore(AT_ONCE);
            List<Future<String>> faults = new ArrayList<>();
            for (int bytes = 0; bytes < BODY_BYTES; bytes += EVERY_BYTES) {
                int cut = bytes;
                faults.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        return fault(provider, client, wire, rescue, cut);
                    } finally {
                        places.release();
                    }
                }));
            }
            var found = new StringBuilder();
            for (var fault : faults) {
                found.append(fault.get());
            }

            assertThat(found).isEmpty();
        }
    }

    private static String fault(DrillProvider provider, DrillClient client, String wire, String rescue, int cut)
            throws InterruptedException {
        var name = wire + "-" + rescue + "-cut-" + cut;
        provider.play(name, new Script(List.of(Play.fault(Play.Fault.CUT_BYTES, cut)), List.of(Play.well())));
        var body = DrillClient.body(name, "drill-" + wire + "-" + name, true);
        var seen = client.ask(body, Map.of("X-Stream-Rescue", rescue));
        boolean fine = seen.whole() || ("off".equals(rescue) && seen.interrupted());
        return fine ? "" : "after " + cut + " bytes: " + seen.summary() + "\n";
    }
}
