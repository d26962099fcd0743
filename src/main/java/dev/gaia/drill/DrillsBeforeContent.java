package dev.gaia.drill;

import static dev.gaia.drill.Drill.Mode.BOTH;
import static dev.gaia.drill.Drill.Mode.STREAM;
import static dev.gaia.drill.Play.Fault.CLOSE_BEFORE;
import static dev.gaia.drill.Play.Fault.EMPTY;
import static dev.gaia.drill.Play.Fault.HEAD_ONLY;
import static dev.gaia.drill.Play.Fault.INTERIM;
import static dev.gaia.drill.Play.Fault.PINGED_STALL;
import static dev.gaia.drill.Play.Fault.REFUSED;
import static dev.gaia.drill.Play.Fault.RESET_BEFORE;
import static dev.gaia.drill.Play.Fault.SILENCE;
import static dev.gaia.drill.Play.Fault.WEB_PAGE;
import static dev.gaia.drill.Play.Fault.WRONG_FORM;
import static dev.gaia.drill.Play.fault;
import static dev.gaia.drill.Play.status;
import static dev.gaia.drill.Play.well;

import java.util.List;

/** Faults before the first word, when all may still be asked again (F01 to F07, F12, F13, F20 to F22). */
final class DrillsBeforeContent extends DrillRows {

    DrillsBeforeContent(DrillTimes times) {
        super(times);
    }

    @Override
    void fill() {
        beforeContent();
        silence();
        refusals();
    }

    private void beforeContent() {
        var limited = status(429).code("rate_limit_exceeded");
        row(
                "f00-healthy",
                "no fault",
                BOTH,
                List.of(well()),
                Expect.whole().asked(1, 0).told(false, false));
        // A hint is waited out, with a tenth of it more at most; what lies above that is for a machine that is busy.
        row(
                "f01-short-hint",
                "rate limit with a short hint",
                BOTH,
                List.of(limited.header("Retry-After", "1"), well()),
                Expect.whole().asked(2, 0).told(false, false).gap(0, 1_000, 2_600));
        row(
                "f01-millis-hint",
                "rate limit with a hint in milliseconds",
                BOTH,
                List.of(limited.header("retry-after-ms", "1200"), well()),
                Expect.whole().asked(2, 0).gap(0, 1_200, 2_800));
        row(
                "f01-long-hint",
                "rate limit with a long hint",
                BOTH,
                List.of(limited.header("Retry-After", "20")),
                Expect.whole().asked(1, 1).told(true, false).within(times.quickMillis()));
        lonely(
                "f01-hint-past-deadline",
                "rate limit with a hint longer than the deadline",
                BOTH,
                List.of(limited.header("Retry-After", "300")),
                Expect.refused(429)
                        .asked(1, 0)
                        .coded("upstream_rate_limited")
                        .retryAfter(240, 300)
                        .within(times.quickMillis()));
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
                Expect.refused(429)
                        .asked(3, 0)
                        .coded("upstream_rate_limited")
                        .and(
                                "Retry-After",
                                (outcome, stream) ->
                                        !outcome.seen().header("retry-after").isEmpty())
                        .and(
                                "no x-should-retry",
                                (outcome, stream) ->
                                        outcome.seen().header("x-should-retry").isEmpty()));
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
                Expect.unavailable()
                        .asked(3, 0)
                        .saying("The drill's provider says overloaded")
                        .and("x-should-retry: false", (outcome, stream) -> useless(outcome)));
        row(
                "f05-reset",
                "reset before headers, once",
                BOTH,
                List.of(fault(RESET_BEFORE, 0), well()),
                Expect.whole().asked(2, 0).told(false, false));
        lonely(
                "f05-reset",
                "reset before headers, lasting",
                BOTH,
                List.of(fault(RESET_BEFORE, 0)),
                Expect.refused(502).asked(2, 0).coded("upstream_unreachable").within(times.quickMillis()));
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

    /** Whether the client is told that asking again is in vain. */
    private static boolean useless(Drill.Outcome outcome) {
        return "false".equals(outcome.seen().header("x-should-retry"));
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
                Expect.refused()
                        .asked(1, 0)
                        .closed()
                        .within(times.silentMillis())
                        .and("x-should-retry: false", (outcome, stream) -> useless(outcome)));
        row(
                "f06-silence-everywhere",
                "not a byte, and none of the next model either",
                BOTH,
                List.of(fault(SILENCE, 0)),
                List.of(fault(SILENCE, 0)),
                Expect.refused(504)
                        .asked(1, 1)
                        .coded("upstream_timeout")
                        .closed()
                        .within(times.silentMillis() + times.firstTokenMillis())
                        .and("x-should-retry: false", (outcome, stream) -> useless(outcome)));
        two();
        row(
                "f06-signs-of-life",
                "signs of life, and not a word",
                BOTH,
                List.of(fault(PINGED_STALL, 0)),
                Expect.whole().asked(1, 1).told(true, false).closed().within(times.silentMillis()));
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
                Expect.whole()
                        .asked(1, 1)
                        .told(true, false)
                        .and(
                                "the same messages to both models",
                                (outcome, stream) -> texts(outcome.asked().getFirst())
                                        .equals(texts(outcome.asked().getLast()))));
        lonely(
                "f12-too-long",
                "context too long",
                BOTH,
                List.of(tooLong),
                Expect.refused().asked(1, 0).saying("maximum context length is 1000 tokens, you sent 1234"));
        row(
                "f13-policy",
                "refused for its content",
                BOTH,
                List.of(policy),
                Expect.refused().asked(1, 0).saying("rejected by the safety system"));
        lonely(
                "f13-policy",
                "refused for its content",
                BOTH,
                List.of(policy),
                Expect.refused(400)
                        .asked(1, 0)
                        .coded("content_policy_violation")
                        .saying("rejected by the safety system"));
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

    /** What was said, in whichever form; the instructions of the system have places of their own in both. */
    private static List<String> texts(Asked asked) {
        return asked.body()
                .path("messages")
                .valueStream()
                .filter(message -> !"system".equals(message.path("role").asText()))
                .map(DrillText::text)
                .toList();
    }
}
