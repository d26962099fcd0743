package dev.gaia.drill;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** What the drills showed, row by row. */
record Scorecard(List<Row> rows) {

    /**
     * One drill by one provider, called by one client.
     *
     * @param fault what was wrong; empty when the drill passed
     */
    record Row(String drill, String title, String where, Drill.Outcome outcome, Optional<String> fault) {

        private String attempts() {
            var text = new StringBuilder();
            var asked = outcome.asked();
            for (var one : asked) {
                long millis = (one.atNanos() - asked.getFirst().atNanos()) / 1_000_000;
                text.append(text.isEmpty() ? "" : " ")
                        .append(one.primary() ? "P" : "Q")
                        .append('+')
                        .append(millis);
            }
            return text.toString();
        }

        private String line() {
            var seconds = "%.2f s".formatted(outcome.seen().millis() / 1_000.0);
            return "%-4s %-24s %-35s %-62s %-28s %s%s"
                    .formatted(
                            fault.isEmpty() ? "ok" : "FAIL",
                            drill,
                            where,
                            outcome.seen().summary(),
                            attempts(),
                            seconds,
                            fault.map(wanted -> "\n     wanted: " + wanted).orElse(""));
        }
    }

    Scorecard {
        rows = List.copyOf(rows);
    }

    List<Row> failed() {
        return rows.stream().filter(row -> row.fault().isPresent()).toList();
    }

    void print(PrintStream out) {
        out.printf(
                "%-4s %-24s %-35s %-62s %-28s %s%n",
                "", "drill", "link, provider, client, answer", "what the client saw", "attempts (ms)", "time");
        rows.forEach(row -> out.println(row.line()));
        out.printf("%d of %d drills passed%n", rows.size() - failed().size(), rows.size());
    }

    /** What failed, in a form for people who see no scorecard. */
    String failures() {
        var text = new StringBuilder();
        failed().forEach(row -> text.append(row.line()).append('\n'));
        return text.toString();
    }
}
