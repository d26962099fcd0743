package dev.gaia.drill;

import static dev.gaia.drill.Drill.Mode.BOTH;
import static dev.gaia.drill.Drill.Mode.JSON;
import static dev.gaia.drill.Drill.Mode.STREAM;
import static dev.gaia.drill.Play.Fault.COMPRESSED;
import static dev.gaia.drill.Play.Fault.COMPRESSED_BADLY;
import static dev.gaia.drill.Play.Fault.COMPRESSED_MUCH;
import static dev.gaia.drill.Play.Fault.COMPRESSED_STREAM;
import static dev.gaia.drill.Play.Fault.DIVIDED;
import static dev.gaia.drill.Play.Fault.ENDLESS;
import static dev.gaia.drill.Play.Fault.ERROR_AFTER_ENDING;
import static dev.gaia.drill.Play.Fault.HALVES;
import static dev.gaia.drill.Play.Fault.MALFORMED;
import static dev.gaia.drill.Play.Fault.MALFORMED_MUCH;
import static dev.gaia.drill.Play.Fault.MALFORMED_THRICE;
import static dev.gaia.drill.Play.Fault.MARKED;
import static dev.gaia.drill.Play.Fault.NO_MARK;
import static dev.gaia.drill.Play.Fault.NO_MARK_OPEN;
import static dev.gaia.drill.Play.Fault.SHAPELESS;
import static dev.gaia.drill.Play.Fault.SILENCE;
import static dev.gaia.drill.Play.Fault.TWICE;
import static dev.gaia.drill.Play.fault;
import static dev.gaia.drill.Play.status;
import static dev.gaia.drill.Play.well;

import java.util.List;
import java.util.Map;

/** Answers in a form that was not asked for, or is none (F10, F11, F23 to F27, F35), and calls that all fail. */
final class DrillsOfForm extends DrillRows {

    DrillsOfForm(DrillTimes times) {
        super(times);
    }

    @Override
    void fill() {
        oddities();
        forms();
    }

    private void oddities() {
        row(
                "f10-malformed",
                "one event is no JSON",
                STREAM,
                List.of(fault(MALFORMED, MIDDLE)),
                Expect.whole().asked(1, 0).skipped(1));
        row(
                "f10-malformed-thrice",
                "three events are no JSON",
                STREAM,
                List.of(fault(MALFORMED_THRICE, MIDDLE)),
                Expect.whole().asked(1, 0).skipped(3));
        row(
                "f10-malformed-much",
                "four events are no JSON",
                STREAM,
                List.of(fault(MALFORMED_MUCH, MIDDLE)),
                Expect.whole().asked(1, 1).told(true, true));
        row(
                "f10-malformed-json",
                "the document is no JSON, once",
                JSON,
                List.of(fault(MALFORMED, 0), well()),
                Expect.whole().asked(2, 0));
        row(
                "f10-malformed-lasting",
                "four events, or the document, are no JSON, each time",
                JSON,
                List.of(fault(MALFORMED_MUCH, MIDDLE)),
                Expect.whole().asked(2, 1).told(true, false));
        row(
                "f11-no-mark",
                "no end mark",
                BOTH,
                List.of(fault(NO_MARK, 0)),
                Expect.whole().asked(1, 0));
        row(
                "f11-no-mark-open",
                "no end mark, connection open",
                BOTH,
                List.of(fault(NO_MARK_OPEN, 0)),
                Expect.whole().asked(1, 0).within(times.finishMillis()));
        // Alone a model may be silent for longer than the wait for an end mark, whatever else the machine does.
        lonely(
                "f11-no-mark-open",
                "no end mark, connection open",
                BOTH,
                List.of(fault(NO_MARK_OPEN, 0)),
                Expect.whole().asked(1, 0).within(times.finishMillis()));
        row(
                "f24-endless",
                "a line without end",
                BOTH,
                List.of(fault(ENDLESS, 0)),
                Expect.whole().asked(1, 1));
        lonely(
                "f24-endless-json",
                "an answer with a line without end",
                JSON,
                List.of(fault(ENDLESS, MIDDLE)),
                Expect.refused(502).asked(1, 0).closed());
        row(
                "f24-endless-later",
                "after content a line without end",
                STREAM,
                List.of(fault(ENDLESS, MIDDLE)),
                Expect.interrupted().asked(1, 0).closed());
        row(
                "f25-twice",
                "two endings",
                STREAM,
                List.of(fault(TWICE, 0)),
                Expect.whole().asked(1, 0));
        row(
                "f25-error-after-ending",
                "an error event after the ending",
                STREAM,
                List.of(fault(ERROR_AFTER_ENDING, 0)),
                Expect.whole().asked(1, 0).told(false, false));
        row(
                "f27-divided",
                "characters divided",
                STREAM,
                List.of(fault(DIVIDED, 0)),
                Expect.whole().asked(1, 0));
        row(
                "f27-marked",
                "byte order mark, and carriage returns as line ends",
                STREAM,
                List.of(fault(MARKED, 0)),
                Expect.whole().asked(1, 0));
        row(
                "f27-halves",
                "half a character in each of two events, and a byte that is none",
                STREAM,
                List.of(fault(HALVES, 0)),
                Expect.of(
                                "the character, U+FFFD for the byte, then the whole text",
                                (outcome, stream) -> outcome.seen().text().equals("🙂\uFFFD" + DrillText.WHOLE))
                        .asked(1, 0));
        row(
                "f32-everything",
                "everything fails",
                BOTH,
                List.of(status(503)),
                List.of(status(503)),
                Expect.refused().asked(2, 2));
        row(
                "f39-deadline",
                "the client's own limit",
                STREAM,
                List.of(fault(SILENCE, 0)),
                Expect.refused().asked(1, 0).within(times.deadlineMillis()));
        var impatient = rows.removeLast();
        rows.add(impatient.headers(Map.of("X-Request-Timeout", "0.5")));
    }

    /** F23 and F35: answers in a form that was not asked for. */
    private void forms() {
        row(
                "f23-gzip",
                "a compressed document",
                BOTH,
                List.of(fault(COMPRESSED, 0)),
                Expect.whole().asked(1, 0));
        row(
                "f23-gzip-stream",
                "a compressed stream",
                BOTH,
                List.of(fault(COMPRESSED_STREAM, 0)),
                Expect.whole()
                        .asked(2, 1)
                        .and(
                                "identity asked for",
                                (outcome, stream) -> outcome.asked().stream()
                                        .allMatch(asked -> "identity".equals(asked.acceptEncoding()))));
        row(
                "f23-damaged",
                "a compressed document, damaged",
                BOTH,
                List.of(fault(COMPRESSED_BADLY, 0)),
                Expect.whole().asked(2, 1));
        row(
                "f23-much",
                "an answer that is very large once decompressed",
                BOTH,
                List.of(fault(COMPRESSED_MUCH, 0)),
                Expect.whole().asked(2, 1));
        row(
                "f35-shapeless",
                "a document without an answer",
                BOTH,
                List.of(fault(SHAPELESS, 0), well()),
                Expect.whole().asked(2, 0));
    }
}
