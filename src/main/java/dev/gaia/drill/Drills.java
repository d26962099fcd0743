package dev.gaia.drill;

import static dev.gaia.drill.Drill.Mode.BOTH;
import static dev.gaia.drill.Drill.Mode.JSON;
import static dev.gaia.drill.Drill.Mode.STREAM;
import static dev.gaia.drill.Play.Fault.CLOSE_BEFORE;
import static dev.gaia.drill.Play.Fault.COMPRESSED;
import static dev.gaia.drill.Play.Fault.COMPRESSED_BADLY;
import static dev.gaia.drill.Play.Fault.COMPRESSED_MUCH;
import static dev.gaia.drill.Play.Fault.COMPRESSED_STREAM;
import static dev.gaia.drill.Play.Fault.CUT;
import static dev.gaia.drill.Play.Fault.DIVIDED;
import static dev.gaia.drill.Play.Fault.EMPTY;
import static dev.gaia.drill.Play.Fault.ENDLESS;
import static dev.gaia.drill.Play.Fault.ERROR_EVENT;
import static dev.gaia.drill.Play.Fault.FLOOD;
import static dev.gaia.drill.Play.Fault.HALVES;
import static dev.gaia.drill.Play.Fault.HEAD_ONLY;
import static dev.gaia.drill.Play.Fault.INTERIM;
import static dev.gaia.drill.Play.Fault.MALFORMED;
import static dev.gaia.drill.Play.Fault.MALFORMED_MUCH;
import static dev.gaia.drill.Play.Fault.MARKED;
import static dev.gaia.drill.Play.Fault.NO_FINISH;
import static dev.gaia.drill.Play.Fault.NO_MARK;
import static dev.gaia.drill.Play.Fault.NO_MARK_OPEN;
import static dev.gaia.drill.Play.Fault.PINGED_STALL;
import static dev.gaia.drill.Play.Fault.REFUSED;
import static dev.gaia.drill.Play.Fault.RESET;
import static dev.gaia.drill.Play.Fault.RESET_BEFORE;
import static dev.gaia.drill.Play.Fault.SHAPELESS;
import static dev.gaia.drill.Play.Fault.SILENCE;
import static dev.gaia.drill.Play.Fault.STALL;
import static dev.gaia.drill.Play.Fault.TWICE;
import static dev.gaia.drill.Play.Fault.WEB_PAGE;
import static dev.gaia.drill.Play.Fault.WRONG_FORM;
import static dev.gaia.drill.Play.fault;
import static dev.gaia.drill.Play.status;
import static dev.gaia.drill.Play.well;

import dev.gaia.drill.Drill.Manner;
import dev.gaia.drill.DrillProvider.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The faults of sections 9 and 10 of the failure contract, as rows of the scorecard. */
final class Drills {

    private static final int MIDDLE = 20;

    private final DrillTimes times;
    private final List<Drill> rows = new ArrayList<>();

    private Drills(DrillTimes times) {
        this.times = times;
    }

    static List<Drill> all(DrillTimes times) {
        var drills = new Drills(times);
        drills.beforeContent();
        drills.silence();
        drills.refusals();
        drills.afterContent();
        drills.oddities();
        drills.clients();
        drills.forms();
        return List.copyOf(drills.rows);
    }

    private Drill row(String name, String title, Drill.Mode mode, List<Play> primary, Expect expect) {
        return row(name, title, mode, primary, List.of(well()), expect);
    }

    private Drill row(
            String name, String title, Drill.Mode mode, List<Play> primary, List<Play> fallback, Expect expect) {
        var drill = new Drill(name, title, mode, new Script(primary, fallback), true, Map.of(), Manner.READS, expect);
        rows.add(drill);
        return drill;
    }

    private void lonely(String name, String title, Drill.Mode mode, List<Play> primary, Expect expect) {
        row(name, title, mode, primary, expect);
        var drill = rows.removeLast();
        rows.add(drill.alone());
    }

    /** The last row, with a client of another manner. */
    private void manner(Manner manner) {
        rows.add(rows.removeLast().manner(manner));
    }

    private void beforeContent() {
        var limited = status(429).code("rate_limit_exceeded");
        row(
                "f00-healthy",
                "no fault",
                BOTH,
                List.of(well()),
                Expect.whole().asked(1, 0).told(false, false));
        row(
                "f01-short-hint",
                "rate limit with a short hint",
                BOTH,
                List.of(limited.header("Retry-After", "1"), well()),
                Expect.whole().asked(2, 0).told(false, false).gap(0, 1_000, 1_600));
        row(
                "f01-millis-hint",
                "rate limit with a hint in milliseconds",
                BOTH,
                List.of(limited.header("retry-after-ms", "1200"), well()),
                Expect.whole().asked(2, 0).gap(0, 1_200, 1_800));
        row(
                "f01-long-hint",
                "rate limit with a long hint",
                BOTH,
                List.of(limited.header("Retry-After", "20")),
                Expect.whole().asked(1, 1).told(true, false).within(times.quickMillis()));
        row(
                "f01-nonsense-hint",
                "rate limit with a hint in the past",
                BOTH,
                List.of(limited.header("Retry-After", "Wed, 21 Oct 2015 07:28:00 GMT"), well()),
                Expect.whole().asked(2, 0).gap(0, 150, 900));
        row(
                "f02-lasting-limit",
                "rate limit without a hint, lasting",
                BOTH,
                List.of(limited),
                Expect.whole().asked(2, 1).told(true, false).gap(0, 150, 900));
        lonely(
                "f02-lasting-limit",
                "rate limit without a hint, lasting",
                BOTH,
                List.of(limited),
                Expect.refused()
                        .asked(3, 0)
                        .and(
                                "Retry-After",
                                (outcome, stream) ->
                                        !outcome.seen().header("retry-after").isEmpty()));
        row(
                "f03-one-server-error",
                "one server error",
                BOTH,
                List.of(status(500), well()),
                Expect.whole().asked(2, 0).told(false, false).gap(0, 150, 900));
        row(
                "f04-overload",
                "overload, lasting",
                BOTH,
                List.of(status(503).code("overloaded")),
                Expect.whole().asked(2, 1).told(true, false).within(times.quickMillis()));
        lonely(
                "f04-overload",
                "overload, lasting",
                BOTH,
                List.of(status(503).code("overloaded")),
                Expect.refused()
                        .asked(3, 0)
                        .and(
                                "x-should-retry: false",
                                (outcome, stream) ->
                                        "false".equals(outcome.seen().header("x-should-retry"))));
        row(
                "f05-reset",
                "reset before headers, once",
                BOTH,
                List.of(fault(RESET_BEFORE, 0), well()),
                Expect.whole().asked(2, 0).told(false, false));
        row(
                "f05-close",
                "closed before headers, lasting",
                BOTH,
                List.of(fault(CLOSE_BEFORE, 0)),
                Expect.whole().asked(2, 1).told(true, false));
        row(
                "f29-overloaded",
                "status 529, once",
                BOTH,
                List.of(status(529).code("overloaded_error"), well()),
                Expect.whole().asked(2, 0));
        row(
                "f29-teapot",
                "an unknown 4xx",
                BOTH,
                List.of(status(418)),
                Expect.refused().asked(1, 0));
        for (int odd : List.of(499, 520, 524, 530)) {
            row(
                    "f29-" + odd,
                    "status " + odd + ", once",
                    BOTH,
                    List.of(status(odd), well()),
                    Expect.whole().asked(2, 0));
        }
        row(
                "f35-web-page",
                "a web page in place of an answer, once",
                BOTH,
                List.of(fault(WEB_PAGE, 0), well()),
                Expect.whole().asked(2, 0));
        row(
                "f29-moved",
                "sent elsewhere",
                BOTH,
                List.of(status(302).header("Location", "http://127.0.0.1:1/elsewhere")),
                Expect.refused().asked(1, 0));
        row(
                "f29-interim",
                "interim answers before the answer",
                BOTH,
                List.of(fault(INTERIM, 0)),
                Expect.whole().asked(1, 0));
        row(
                "f35-other-form",
                "a document in place of a stream",
                BOTH,
                List.of(fault(WRONG_FORM, 0)),
                Expect.whole().asked(1, 0).told(false, false));
        row(
                "f35-empty",
                "an empty answer, once",
                BOTH,
                List.of(fault(EMPTY, 0), well()),
                Expect.whole().asked(2, 0));
        row(
                "f35-empty-lasting",
                "nothing but empty answers",
                BOTH,
                List.of(fault(EMPTY, 0)),
                List.of(fault(EMPTY, 0)),
                Expect.wordless().asked(2, 2).told(true, false));
        lonely(
                "f35-empty-lasting",
                "nothing but empty answers",
                BOTH,
                List.of(fault(EMPTY, 0)),
                Expect.wordless().asked(3, 0).told(false, false));
        row(
                "f35-empty-and-down",
                "empty answers, and a fallback that is down",
                BOTH,
                List.of(fault(EMPTY, 0)),
                List.of(status(503)),
                Expect.refused().asked(2, 2));
    }

    private void silence() {
        row(
                "f06-silence",
                "not a byte",
                BOTH,
                List.of(fault(SILENCE, 0)),
                Expect.whole().asked(1, 1).told(true, false).closed().within(times.silentMillis()));
        lonely(
                "f06-silence",
                "not a byte",
                BOTH,
                List.of(fault(SILENCE, 0)),
                Expect.refused().asked(1, 0).closed().within(times.silentMillis()));
        row(
                "f07-slow-first-token",
                "head at once, first word late",
                BOTH,
                List.of(well().pace(times.slowMillis(), 0)),
                Expect.whole().asked(1, 1).told(true, false).within(times.silentMillis()));
        lonely(
                "f07-slow-first-token",
                "head at once, first word late",
                BOTH,
                List.of(well().pace(times.slowMillis(), 0)),
                Expect.whole().asked(1, 0).told(false, false));
        row(
                "f22-head-only",
                "head, then nothing",
                BOTH,
                List.of(fault(HEAD_ONLY, 0)),
                Expect.whole().asked(1, 1).closed().within(times.silentMillis()));
    }

    private void refusals() {
        var tooLong = status(400).code("context_length_exceeded");
        var policy = status(400).code("content_policy_violation");
        row(
                "f12-too-long",
                "context too long",
                BOTH,
                List.of(tooLong),
                Expect.whole().asked(1, 1).told(true, false));
        lonely(
                "f12-too-long",
                "context too long",
                BOTH,
                List.of(tooLong),
                Expect.refused().asked(1, 0));
        row(
                "f13-policy",
                "refused for its content",
                BOTH,
                List.of(policy),
                Expect.refused().asked(1, 0));
        row(
                "f13-finish",
                "stopped by a content filter",
                STREAM,
                List.of(fault(REFUSED, 10)),
                Expect.of(
                                "finish reason content_filter",
                                (outcome, stream) ->
                                        "content_filter".equals(outcome.seen().finishReason()))
                        .and(
                                "no error",
                                (outcome, stream) -> outcome.seen().error().isMissingNode())
                        .asked(1, 0));
        row(
                "f37-key",
                "a revoked key",
                BOTH,
                List.of(status(401).code("invalid_api_key")),
                Expect.whole().asked(1, 1));
        lonely(
                "f37-key",
                "a revoked key",
                BOTH,
                List.of(status(401).code("invalid_api_key")),
                Expect.refused()
                        .and("not 401", (outcome, stream) -> outcome.seen().status() >= 500)
                        .asked(1, 0));
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
        row(
                "f28-json",
                "error event inside an answer, once",
                JSON,
                List.of(fault(ERROR_EVENT, MIDDLE), well()),
                Expect.whole().asked(2, 0).told(false, false));
        row(
                "f08-first",
                "stream cut after one piece",
                STREAM,
                List.of(fault(CUT, 1)),
                Expect.whole().asked(1, 1));
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
        row(
                "f09-stall",
                "stream stalls",
                STREAM,
                List.of(fault(STALL, MIDDLE)),
                Expect.whole().asked(1, 1).told(true, true).closed().within(times.stallMillis()));
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

    private void oddities() {
        row(
                "f10-malformed",
                "one event is no JSON",
                STREAM,
                List.of(fault(MALFORMED, MIDDLE)),
                Expect.whole()
                        .asked(1, 0)
                        .and(
                                "skipped_events 1",
                                (outcome, stream) -> outcome.seen()
                                                .gateway()
                                                .path("skipped_events")
                                                .asInt()
                                        == 1));
        row(
                "f10-malformed-much",
                "five events are no JSON",
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
                "f11-no-mark",
                "no end mark",
                STREAM,
                List.of(fault(NO_MARK, 0)),
                Expect.whole().asked(1, 0));
        row(
                "f11-no-mark-open",
                "no end mark, connection open",
                STREAM,
                List.of(fault(NO_MARK_OPEN, 0)),
                Expect.whole().asked(1, 0).within(times.finishMillis()));
        row(
                "f24-endless",
                "a line without end",
                BOTH,
                List.of(fault(ENDLESS, 0)),
                Expect.whole().asked(1, 1));
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
                Expect.refused().asked(1, 0).within(900));
        var impatient = rows.removeLast();
        rows.add(impatient.headers(Map.of("X-Request-Timeout", "0.5")));
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
                    STREAM,
                    List.of(fault(HEAD_ONLY, 0)),
                    Expect.gone().asked(1, 0).letGo());
            manner(manner);
            row(
                    "f17-in-the-middle" + how,
                    "the client leaves in the middle",
                    STREAM,
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
                "the client reads nothing for a while",
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
