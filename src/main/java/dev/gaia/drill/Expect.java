package dev.gaia.drill;

import dev.gaia.drill.Drill.Expectation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Expectations of drills, put together from small ones; the first that does not hold is told. */
final class Expect implements Expectation {

    private record Check(String wanted, BiPredicate<Drill.Outcome, Boolean> holds) {}

    private static final long LET_GO_NANOS = 1_000_000_000;

    private final List<Check> checks = new ArrayList<>();

    private Expect() {}

    /** The client has the whole text once, properly ended. */
    static Expect whole() {
        return new Expect()
                .and("the whole text once", (outcome, stream) -> outcome.seen().whole())
                .and(
                        "the same model in `model` and `gateway`",
                        (outcome, stream) -> outcome.seen().namesItsModel());
    }

    /** The client has some text and an explicit error. */
    static Expect interrupted() {
        return new Expect()
                .and(
                        "part of the text and an explicit error",
                        (outcome, stream) -> outcome.seen().interrupted());
    }

    /** The client has an answer without text, properly ended. */
    static Expect wordless() {
        return new Expect()
                .and(
                        "an empty answer with finish reason stop",
                        (outcome, stream) -> outcome.seen().wordless());
    }

    /** The client has an error status and no text. */
    static Expect refused() {
        return new Expect()
                .and("an error status", (outcome, stream) -> outcome.seen().status() >= 400)
                .and("no text", (outcome, stream) -> outcome.seen().text().isEmpty());
    }

    /** The client has this error status and no text; operations whose errors are plain text have statuses of their own. */
    static Expect refused(int status) {
        return refused()
                .and(
                        "status " + status,
                        (outcome, stream) -> outcome.seen().status() == status
                                || outcome.seen().error().isTextual());
    }

    /** The client is told that no model can be had, by the status that its form has for that. */
    static Expect unavailable() {
        return refused()
                .and(
                        "status 503, or 529 to clients of messages",
                        (outcome, stream) -> outcome.seen().error().isTextual()
                                || outcome.seen().status()
                                        == (outcome.seen().error().has("param") ? 503 : 529));
    }

    /** The client is not there any more. */
    static Expect gone() {
        return new Expect().and("no answer", (outcome, stream) -> outcome.seen().status() == 0);
    }

    static Expect of(String wanted, BiPredicate<Drill.Outcome, Boolean> holds) {
        return new Expect().and(wanted, holds);
    }

    Expect and(String wanted, BiPredicate<Drill.Outcome, Boolean> holds) {
        checks.add(new Check(wanted, holds));
        return this;
    }

    /** So many attempts on the first model and on the fallback. */
    Expect asked(int primary, int fallback) {
        return and(
                primary + " attempts on the first and " + fallback + " on the second model",
                (outcome, stream) -> outcome.primary() == primary && outcome.fallback() == fallback);
    }

    /** What the answer says of itself is what the provider saw. */
    Expect told(boolean fallback, boolean resumed) {
        return and(
                        "attempts, fallback_used " + fallback + " and resumed " + resumed + " in `gateway`",
                        (outcome, stream) ->
                                outcome.seen().attempts() == outcome.asked().size()
                                        && outcome.seen().fallback() == fallback
                                        && outcome.seen().resumed() == resumed)
                .and(
                        "the same in the headers",
                        (outcome, stream) -> resumed
                                || outcome.seen().status() != 200
                                || outcome.seen().headersAgree());
    }

    /** The client has its error within a second after the model was given up. */
    Expect toldAtOnce() {
        return and(
                "the error within 1 s of giving up",
                (outcome, stream) -> outcome.asked().getLast().leftNanos().stream()
                        .anyMatch(left -> outcome.turnedNanos() - left <= LET_GO_NANOS));
    }

    /** Milliseconds between two attempts. */
    Expect gap(int index, long least, long most) {
        return and(
                "between " + least + " and " + most + " ms before attempt " + (index + 2),
                (outcome, stream) -> outcome.gaps().size() > index
                        && outcome.gaps().get(index) >= least
                        && outcome.gaps().get(index) <= most);
    }

    /** The error has all that OpenAI's has and names itself so, where it has that form, the only one to name errors. */
    Expect coded(String code) {
        return and(
                "the error code " + code,
                (outcome, stream) -> !outcome.seen().formOfCompletions()
                        || (outcome.seen().error().has("param")
                                && outcome.seen().error().path("param").isNull()
                                && !outcome.seen().error().path("type").asText().isEmpty()
                                && code.equals(
                                        outcome.seen().error().path("code").asText())));
    }

    /** So many seconds are left until asking again may help. */
    Expect retryAfter(int least, int most) {
        return and("Retry-After between " + least + " and " + most + " s", (outcome, stream) -> {
            var told = outcome.seen().header("retry-after");
            return told.matches("\\d{1,9}") && Integer.parseInt(told) >= least && Integer.parseInt(told) <= most;
        });
    }

    /** The error tells the reason in words of the provider; operations whose errors are plain text have words of their own. */
    Expect saying(String words) {
        return and(
                "an error that says \"" + words + "\"",
                (outcome, stream) ->
                        outcome.seen().error().isTextual() || told(outcome).contains(words));
    }

    /** The error tells nothing of this. */
    Expect notSaying(String words) {
        return and(
                "an error that does not say \"" + words + "\"",
                (outcome, stream) -> !told(outcome).contains(words));
    }

    private static String told(Drill.Outcome outcome) {
        var error = outcome.seen().error();
        return error.path("message").asText(error.asText());
    }

    /** So many events were left out, and the answer says so. */
    Expect skipped(int events) {
        return and(
                "skipped_events " + events,
                (outcome, stream) ->
                        outcome.seen().gateway().path("skipped_events").asInt() == events);
    }

    Expect notBefore(long millis) {
        return and(
                "no answer before " + millis + " ms",
                (outcome, stream) -> outcome.seen().millis() >= millis);
    }

    Expect within(long millis) {
        return and(
                "an answer within " + millis + " ms",
                (outcome, stream) -> outcome.seen().millis() <= millis);
    }

    /** The provider saw our side close before its answer was whole. */
    Expect closed() {
        return and(
                "the first model's connection closed",
                (outcome, stream) -> outcome.asked().getFirst().leftNanos().isPresent());
    }

    /** The provider asked last was let go within a second after the client left. */
    Expect letGo() {
        return and(
                "the connection to the provider closed within 1 s after the client left",
                (outcome, stream) -> outcome.asked().getLast().leftNanos().stream()
                        .anyMatch(left -> left - outcome.turnedNanos() <= LET_GO_NANOS));
    }

    @Override
    public Optional<String> fault(Drill.Outcome outcome, boolean stream) {
        return checks.stream()
                .filter(check -> !check.holds().test(outcome, stream))
                .map(Check::wanted)
                .findFirst();
    }
}
