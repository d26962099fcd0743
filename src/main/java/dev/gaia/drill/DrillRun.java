package dev.gaia.drill;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.drill.Drill.Manner;
import dev.gaia.drill.Drill.Mode;
import dev.gaia.drill.Drill.Outcome;
import dev.gaia.drill.Scorecard.Row;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Plays drills on one Gaia, several at a time, each on models of its own. A drill that shuts a provider's key, which all
 * models of that provider share, is played while no other is.
 */
final class DrillRun {

    private static final int WARM_UPS = 5;
    private static final int LEAVING_TENTHS = 10;
    private static final int SETTLING_TENTHS = 300;
    private static final int STAYING_TENTHS = 4;
    /** Longer than the longest wait before another attempt in the drills that are left. */
    private static final long AFTER_LEAVING_MILLIS = 2_000;

    private final DrillProvider provider;
    private final String link;
    private final int atOnce;
    /** For which a late reader takes nothing: longer than a model may be silent. */
    private final long lateTenths;

    /** The drills that one client calls. */
    record Part(DrillClient client, List<Drill> drills) {}

    /** One row: a drill by one provider, called by one client. */
    private record Call(Drill drill, DrillClient client, DrillWire wire, boolean stream) {}

    DrillRun(DrillProvider provider, String link, DrillTimes times) {
        this.provider = provider;
        this.link = link;
        this.atOnce = times.rowsAtOnce();
        this.lateTenths = times.firstTokenMillis() / 100 + LEAVING_TENTHS;
    }

    Scorecard play(List<Part> parts, List<DrillWire> wires) throws InterruptedException {
        for (int i = 0; i < WARM_UPS; i++) {
            for (var part : parts) {
                part.client().ask(part.client().form().body("warm-up", "drill-openai-warm-up", i % 2 == 0), Map.of());
            }
        }
        var places = new Semaphore(atOnce, true);
        List<Future<Row>> rows = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var call : calls(parts, wires)) {
                rows.add(threads.submit(() -> {
                    int taken = call.drill().shutsKey() ? atOnce : 1;
                    places.acquire(taken);
                    try {
                        return play(call);
                    } finally {
                        places.release(taken);
                    }
                }));
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

    private static List<Call> calls(List<Part> parts, List<DrillWire> wires) {
        var calls = new ArrayList<Call>();
        for (var part : parts) {
            for (var drill : part.drills()) {
                for (var wire : wires) {
                    answers(drill.mode()).forEach(stream -> calls.add(new Call(drill, part.client(), wire, stream)));
                }
            }
        }
        // Last, since the first of them waits until every other one is over.
        calls.sort(Comparator.comparing(call -> call.drill().shutsKey()));
        return calls;
    }

    private static List<Boolean> answers(Mode mode) {
        return switch (mode) {
            case JSON -> List.of(false);
            case STREAM -> List.of(true);
            case BOTH -> List.of(false, true);
        };
    }

    private Outcome play(Drill drill, DrillClient client, String name, ObjectNode body) throws InterruptedException {
        if (drill.manner() == Manner.READS) {
            var seen = client.ask(body, drill.headers());
            return new Outcome(seen, provider.asked(name), System.nanoTime(), 0);
        }
        long started = System.nanoTime();
        try (var socket = client.open(body, drill.headers())) {
            if (drill.manner() == Manner.ENDS_ITS_SIDE) {
                socket.endOutput();
                var seen = client.seen(socket.answer(), started);
                return new Outcome(seen, provider.asked(name), System.nanoTime(), 0);
            }
            settle(drill, name, socket);
            long turned = System.nanoTime();
            long sent =
                    provider.asked(name).stream().mapToLong(Asked::sentBytes).sum();
            Seen seen;
            switch (drill.manner()) {
                case LEAVES_ABRUPTLY -> socket.reset();
                case LEAVES -> socket.leave();
                default -> {
                    seen = client.seen(socket.answer(), started);
                    return new Outcome(seen, provider.asked(name), turned, sent);
                }
            }
            Thread.sleep(AFTER_LEAVING_MILLIS);
            seen = Seen.nothing((turned - started) / 1_000_000);
            return new Outcome(seen, provider.asked(name), turned, sent);
        } catch (IOException e) {
            var seen = Seen.nothing((System.nanoTime() - started) / 1_000_000);
            return new Outcome(seen, provider.asked(name), System.nanoTime(), 0);
        }
    }

    /** Waits until the provider is where the client turns: its last model asked, and some time gone by. */
    private void settle(Drill drill, String name, DrillSocket socket) throws IOException, InterruptedException {
        for (int i = 0; i < SETTLING_TENTHS && provider.asked(name).size() < drill.turnsAt(); i++) {
            Thread.sleep(100);
        }
        boolean late = drill.manner() == Manner.READS_LATE;
        for (int i = 0; i < (late ? lateTenths : STAYING_TENTHS); i++) {
            Thread.sleep(100);
            if (!late) {
                socket.drain();
            }
        }
    }

    private Row play(Call call) throws InterruptedException {
        var drill = call.drill();
        var where = List.of(
                link,
                call.wire().name().toLowerCase(Locale.ROOT),
                call.client().form().name().toLowerCase(Locale.ROOT),
                call.stream() ? "stream" : "json");
        var name = String.join("-", where) + "-" + drill.name();
        provider.play(name, drill.script());
        var model = "drill-" + where.get(1) + (drill.others() == 2 ? "-two-" : "-") + name;
        var body = call.client().form().body(name, model, call.stream());
        if (drill.others() == 0) {
            body.put("enable_fallback", false);
        }
        var outcome = play(drill, call.client(), name, body);
        var fault = fault(drill, outcome, call.stream());
        // The provider notices that it was left up to a second after the client has its answer.
        for (int i = 0; i < LEAVING_TENTHS && fault.isPresent(); i++) {
            Thread.sleep(100);
            fault = fault(drill, outcome, call.stream());
        }
        return new Row(drill.name(), drill.title(), String.join(", ", where), outcome, fault);
    }

    private static Optional<String> fault(Drill drill, Outcome outcome, boolean stream) {
        var odd = outcome.seen().odd();
        return drill.expectation()
                .fault(outcome, stream)
                .or(() -> odd.isEmpty() ? Optional.empty() : Optional.of("no answer that holds " + odd));
    }
}
