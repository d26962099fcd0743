package dev.gaia.drill;

import static dev.gaia.drill.Drill.Mode.BOTH;
import static dev.gaia.drill.Drill.Mode.JSON;
import static dev.gaia.drill.Drill.Mode.STREAM;
import static dev.gaia.drill.Play.Fault.CUT;
import static dev.gaia.drill.Play.Fault.ERROR_EVENT;
import static dev.gaia.drill.Play.Fault.FLOOD;
import static dev.gaia.drill.Play.Fault.HEAD_ONLY;
import static dev.gaia.drill.Play.Fault.MALFORMED_MUCH;
import static dev.gaia.drill.Play.Fault.NO_FINISH;
import static dev.gaia.drill.Play.Fault.PINGED_STALL;
import static dev.gaia.drill.Play.Fault.RESET;
import static dev.gaia.drill.Play.Fault.SILENCE;
import static dev.gaia.drill.Play.Fault.STALL;
import static dev.gaia.drill.Play.fault;
import static dev.gaia.drill.Play.status;
import static dev.gaia.drill.Play.well;

import dev.gaia.drill.Drill.Manner;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Faults and clients in the middle of an answer: it goes on, ends in an error, or nobody waits for it (F08 to F18). */
final class DrillsAfterContent extends DrillRows {

    DrillsAfterContent(DrillTimes times) {
        super(times);
    }

    @Override
    void fill() {
        afterContent();
        everywhere();
        clients();
    }

    private void afterContent() {
        for (var kind : List.of(CUT, RESET, NO_FINISH)) {
            row(
                    "f08-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    "stream cut",
                    STREAM,
                    List.of(fault(kind, MIDDLE)),
                    Expect.whole().asked(1, 1).told(true, true));
        }
        row(
                "f08-json",
                "answer cut",
                JSON,
                List.of(fault(CUT, MIDDLE)),
                Expect.whole().asked(1, 1).told(true, false));
        lonely(
                "f08-json",
                "answer cut, once",
                JSON,
                List.of(fault(CUT, MIDDLE), well()),
                Expect.whole().asked(2, 0));
        row(
                "f09-json",
                "answer stalls",
                JSON,
                List.of(fault(STALL, MIDDLE)),
                Expect.whole().asked(1, 1).told(true, false).closed().within(times.stallMillis()));
        lonely(
                "f09-json",
                "answer stalls",
                JSON,
                List.of(fault(STALL, MIDDLE)),
                Expect.refused(502)
                        .asked(1, 0)
                        .coded("stream_interrupted")
                        .closed()
                        .within(times.aloneMillis() + DrillTimes.SLACK_MILLIS));
        row(
                "f28-json",
                "error event inside an answer, once",
                JSON,
                List.of(fault(ERROR_EVENT, MIDDLE), well()),
                Expect.whole().asked(2, 0).told(false, false));
        lonely(
                "f08-cut",
                "stream cut",
                STREAM,
                List.of(fault(CUT, MIDDLE)),
                Expect.interrupted().asked(1, 0));
        row(
                "f08-off",
                "stream cut, rescue declined",
                STREAM,
                List.of(fault(CUT, MIDDLE)),
                Expect.interrupted().asked(1, 0));
        var declined = rows.removeLast();
        rows.add(declined.headers(Map.of("X-Stream-Rescue", "off")));
        row(
                "f08-twice",
                "both streams cut",
                STREAM,
                List.of(fault(CUT, MIDDLE)),
                List.of(fault(CUT, 5)),
                Expect.interrupted().asked(1, 1));
        continued();
        lonely(
                "f09-stall",
                "stream stalls",
                STREAM,
                List.of(fault(STALL, MIDDLE)),
                Expect.interrupted()
                        .asked(1, 0)
                        .coded("stream_interrupted")
                        .closed()
                        .toldAtOnce()
                        .notBefore(times.aloneMillis())
                        .within(times.aloneMillis() + DrillTimes.SLACK_MILLIS));
        row(
                "f09-pinged-stall",
                "stream stalls but for signs of life",
                STREAM,
                List.of(fault(PINGED_STALL, MIDDLE)),
                Expect.whole().asked(1, 1).told(true, true).closed().within(times.pingedMillis()));
        row(
                "f14-no-prefill",
                "the fallback refuses the beginning of its answer",
                STREAM,
                List.of(fault(CUT, MIDDLE)),
                List.of(fault(Play.Fault.NO_PREFILL, 0)),
                Expect.whole().told(true, true));
        row(
                "f14-nobody-goes-on",
                "the fallback refuses in whatever way it is asked",
                STREAM,
                List.of(fault(CUT, MIDDLE)),
                List.of(status(400).code("prefill")),
                Expect.interrupted().coded("stream_interrupted").notSaying("prefill"));
        row(
                "f28-first",
                "error event before content",
                STREAM,
                List.of(fault(ERROR_EVENT, 0), well()),
                Expect.whole().asked(2, 0).told(false, false));
        row(
                "f28-later",
                "error event after content",
                STREAM,
                List.of(fault(ERROR_EVENT, MIDDLE)),
                Expect.whole().asked(1, 1).told(true, true));
    }

    /** What goes on is a stream like any other (11.4): without a finish reason it is cut, and it may be silent no longer. */
    private void continued() {
        for (var kind : List.of(NO_FINISH, STALL, HEAD_ONLY, MALFORMED_MUCH)) {
            row(
                    "f08-then-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    "stream cut, then the one that goes on: " + kind,
                    STREAM,
                    List.of(fault(CUT, MIDDLE)),
                    List.of(fault(kind, 5)),
                    Expect.interrupted().asked(1, 1).coded("stream_interrupted").within(times.stallMillis()));
        }
    }

    /** F08 and F09 from before the first word to after the last one, whose finish reason is missing all the same (13.2). */
    private void everywhere() {
        int all = DrillText.pieces(DrillText.WHOLE).size();
        for (int after : List.of(0, 1, MIDDLE, 40, all - 1, all)) {
            row(
                    "f08-cut-after-" + after,
                    "stream cut after " + after + " of " + all + " pieces",
                    STREAM,
                    List.of(fault(CUT, after)),
                    // Before the first word it is an empty answer, which the same model is asked for once more.
                    Expect.whole().asked(after > 0 ? 1 : 2, 1).told(true, after > 0));
            row(
                    "f09-stall-after-" + after,
                    "stream stalls after " + after + " of " + all + " pieces",
                    STREAM,
                    List.of(fault(STALL, after)),
                    Expect.whole().asked(1, 1).told(true, after > 0).closed().within(times.stallMillis()));
        }
    }

    /** F17 and F18: clients that leave, end their side or read late. */
    private void clients() {
        var limited = status(429).code("rate_limit_exceeded").header("Retry-After", "2");
        for (var manner : List.of(Manner.LEAVES, Manner.LEAVES_ABRUPTLY)) {
            var how = manner == Manner.LEAVES ? "" : "-reset";
            row(
                    "f17-before-headers" + how,
                    "the client leaves before the provider's head",
                    BOTH,
                    List.of(fault(SILENCE, 0)),
                    Expect.gone().asked(1, 0).letGo());
            manner(manner);
            row(
                    "f17-before-content" + how,
                    "the client leaves before the first token",
                    BOTH,
                    List.of(fault(HEAD_ONLY, 0)),
                    Expect.gone().asked(1, 0).letGo());
            manner(manner);
            row(
                    "f17-in-the-middle" + how,
                    "the client leaves in the middle",
                    BOTH,
                    List.of(fault(STALL, MIDDLE)),
                    Expect.gone().asked(1, 0).letGo());
            manner(manner);
            row(
                    "f17-back-off" + how,
                    "the client leaves during a back-off",
                    BOTH,
                    List.of(limited, well()),
                    Expect.gone().asked(1, 0));
            manner(manner);
            row(
                    "f17-rescue" + how,
                    "the client leaves during a rescue",
                    STREAM,
                    List.of(fault(CUT, MIDDLE)),
                    List.of(fault(HEAD_ONLY, 0)),
                    Expect.gone().asked(1, 1).letGo());
            manner(manner);
        }
        row(
                "f17-half-close",
                "the client ends its side and reads on",
                BOTH,
                List.of(well().pace(500, 5)),
                Expect.whole().asked(1, 0));
        manner(Manner.ENDS_ITS_SIDE);
        row(
                "f18-reads-late",
                "the client reads nothing for longer than a model may be silent",
                STREAM,
                List.of(fault(FLOOD, 0)),
                Expect.of(
                                "the provider held back",
                                (outcome, stream) -> outcome.sentBytes() < DrillAnswer.FLOOD_CHARACTERS * 9 / 10)
                        .and(
                                "all text, properly ended",
                                (outcome, stream) -> outcome.seen().text().length() == DrillAnswer.FLOOD_CHARACTERS
                                        && "stop".equals(outcome.seen().finishReason()))
                        .asked(1, 0));
        manner(Manner.READS_LATE);
    }
}
