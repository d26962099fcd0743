package dev.gaia.drill;

import dev.gaia.drill.Drill.Mode;
import dev.gaia.drill.Drill.Outcome;
import dev.gaia.drill.Scorecard.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Plays drills on one Gaia, several at a time, each on models of its own. */
final class DrillRun {

    private static final int AT_ONCE = 8;
    private static final int WARM_UPS = 5;
    private static final int LEAVING_TENTHS = 10;

    private final DrillProvider provider;
    private final DrillClient client;
    private final String link;

    DrillRun(DrillProvider provider, DrillClient client, String link) {
        this.provider = provider;
        this.client = client;
        this.link = link;
    }

    Scorecard play(List<Drill> drills, List<DrillWire> wires) throws InterruptedException {
        for (int i = 0; i < WARM_UPS; i++) {
            client.ask(DrillClient.body("warm-up", "drill-openai-warm-up", i % 2 == 0), Map.of());
        }
        var places = new Semaphore(AT_ONCE);
        List<Future<Row>> rows = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var drill : drills) {
                for (var wire : wires) {
                    for (boolean stream : forms(drill.mode())) {
                        rows.add(threads.submit(() -> {
                            places.acquire();
                            try {
                                return play(drill, wire, stream);
                            } finally {
                                places.release();
                            }
                        }));
                    }
                }
            }
            var done = new ArrayList<Row>();
            for (var row : rows) {
                done.add(row.get());
            }
            return new Scorecard(done);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static List<Boolean> forms(Mode mode) {
        return switch (mode) {
            case JSON -> List.of(false);
            case STREAM -> List.of(true);
            case BOTH -> List.of(false, true);
        };
    }

    private Row play(Drill drill, DrillWire wire, boolean stream) throws InterruptedException {
        var form = stream ? "stream" : "json";
        var wireName = wire.name().toLowerCase(Locale.ROOT);
        var name = link + "-" + wireName + "-" + form + "-" + drill.name();
        provider.play(name, drill.script());
        var body = DrillClient.body(name, "drill-" + wireName + "-" + name, stream);
        if (!drill.fallback()) {
            body.put("enable_fallback", false);
        }
        var seen = client.ask(body, drill.headers());
        var outcome = new Outcome(seen, provider.asked(name));
        var fault = drill.expectation().fault(outcome, stream);
        // The provider notices that it was left up to a second after the client has its answer.
        for (int i = 0; i < LEAVING_TENTHS && fault.isPresent(); i++) {
            Thread.sleep(100);
            fault = drill.expectation().fault(outcome, stream);
        }
        return new Row(drill.name(), drill.title(), link + ", " + wireName + ", " + form, outcome, fault);
    }
}
