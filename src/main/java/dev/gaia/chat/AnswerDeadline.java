package dev.gaia.chat;

import static dev.gaia.chat.turn.ChatVariables.ANSWER_WITHIN;

import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.Departure;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;

/**
 * The steps that bound the time of whole pieces of work: at the moment in the variable {@code answerBy}, else after the
 * time in {@code answerWithin}, the thread of the exchange is interrupted, which ends whatever it waits for.
 */
final class AnswerDeadline implements AutoCloseable {

    private static final String WATCH = "gaiaAnswerWatch";
    private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("chat-answer-deadline").factory());

    /** One turn that is timed. */
    private static final class Watch {
        private final Thread thread = Thread.currentThread();
        private final Departure departure;
        private boolean over;
        private boolean struck;

        Watch(Departure departure) {
            this.departure = departure;
        }

        synchronized void strike() {
            if (!over) {
                struck = true;
                departure.because(Departure.Reason.GIVEN_UP);
                thread.interrupt();
            }
        }

        /** Ends the watch; true when the time was over before. An interruption that came too late is taken back. */
        synchronized boolean end() {
            over = true;
            if (struck) {
                Thread.interrupted();
            }
            return struck;
        }
    }

    private record Running(Watch watch, Future<?> strike) {}

    void beginDeadline(Exchange exchange) {
        long now = System.nanoTime();
        var set = exchange.getVariable(ChatVariables.ANSWER_BY, Long.class);
        long by = set == null
                ? now + exchange.getVariable(ANSWER_WITHIN, Duration.class).toNanos()
                : set;
        // What it waits for gives up by itself a little later, so that it is the watch that says why.
        exchange.setVariable(ChatVariables.ANSWER_BY, by + GRACE_NANOS);
        var watch = new Watch(Departure.of(exchange));
        exchange.setVariable(WATCH, new Running(watch, clock.schedule(watch::strike, by - now, TimeUnit.NANOSECONDS)));
    }

    /** Ends the watch, whatever came of the turn. */
    void endDeadline(Exchange exchange) {
        var running = exchange.getVariable(WATCH, Running.class);
        running.strike().cancel(false);
        running.watch().end();
    }

    /** Refuses a turn that was interrupted: for its time, or because the caller left. */
    void refuseLateAnswer(Exchange exchange) throws InterruptedException {
        if (exchange.getVariable(WATCH, Running.class).watch().end()) {
            throw Failure.of(
                    FailureCode.CHAT_PROVIDER_FAILED,
                    "Chat completion failed: there was no answer within "
                            + exchange.getVariable(ANSWER_WITHIN, String.class));
        }
        throw new InterruptedException();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
