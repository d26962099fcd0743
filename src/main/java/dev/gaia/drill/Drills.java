package dev.gaia.drill;

import java.util.List;
import java.util.stream.Stream;

/** The faults of sections 9 and 10 of the failure contract, as rows of the scorecard. */
final class Drills {

    private Drills() {}

    static List<Drill> all(DrillTimes times) {
        return Stream.of(new DrillsBeforeContent(times), new DrillsAfterContent(times), new DrillsOfForm(times))
                .flatMap(part -> part.written().stream())
                .toList();
    }
}
