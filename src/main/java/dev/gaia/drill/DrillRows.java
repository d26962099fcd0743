package dev.gaia.drill;

import static dev.gaia.drill.Play.well;

import dev.gaia.drill.Drill.Manner;
import dev.gaia.drill.DrillProvider.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Some rows of the scorecard, written one after the other. */
abstract class DrillRows {

    /** Pieces of an answer that come before its fault. */
    static final int MIDDLE = 20;

    final DrillTimes times;
    final List<Drill> rows = new ArrayList<>();

    DrillRows(DrillTimes times) {
        this.times = times;
    }

    /** Adds all rows. */
    abstract void fill();

    List<Drill> written() {
        fill();
        return List.copyOf(rows);
    }

    void row(String name, String title, Drill.Mode mode, List<Play> primary, Expect expect) {
        row(name, title, mode, primary, List.of(well()), expect);
    }

    void row(String name, String title, Drill.Mode mode, List<Play> primary, List<Play> fallback, Expect expect) {
        rows.add(new Drill(name, title, mode, new Script(primary, fallback), 1, Map.of(), Manner.READS, expect));
    }

    /** A row without a fallback. */
    void lonely(String name, String title, Drill.Mode mode, List<Play> primary, Expect expect) {
        row(name, title, mode, primary, expect);
        rows.add(rows.removeLast().alone());
    }

    /** The last row, with two models that may be asked beside the first one. */
    void two() {
        rows.add(rows.removeLast().others(2));
    }

    /** The last row, with a client of another manner. */
    void manner(Manner manner) {
        rows.add(rows.removeLast().manner(manner));
    }
}
