package dev.gaia.chat.attempt;

import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How often, for how long, and how patiently models are asked: section 2, 5 and 6 of the failure contract.
 *
 * @param perCandidateMax attempts on one model while another can be asked
 * @param aloneMax attempts on the only model
 * @param perCallMax attempts of one call in all; at most 6
 * @param candidatesMax models asked in one call
 * @param silentMax silent waits in a row after which a call ends, whoever is left (failures F06)
 * @param backOff wait before the same model is asked again, doubled each time
 * @param backOffMax longest such wait
 * @param gapMin from the start of one attempt on a model to the start of the next
 * @param timeMin that must be left before a deadline for an attempt to begin, since no model says its first word sooner
 * @param hintMax longest wait a provider may ask for before the next model is asked instead
 * @param wholeDeadline for a call that does not stream; at most 100s
 * @param firstTokenDeadline for the first content of a stream, over all attempts; at most 100s
 * @param reasoningFirstTokenTimeout first content of one attempt on a model that thinks first
 * @param idleTimeoutAlone between two pieces of a stream when no other model can be asked; at most 45s
 * @param refusalFallback ids of the users whose calls are taken to another model when one refused them
 * @param breakerFailures failures in a row that open a breaker
 * @param breakerResults results in the window from which on half of them failing opens it
 * @param breakerWindow length of that window, and of the budget's
 * @param breakerOpen first time a breaker stays open
 * @param breakerOpenMax longest time
 * @param breakerSpread by up to so much, by chance, it is open for less, so that processes do not look together; 0 or more
 * @param pause of a model that limits the rate without saying how long, doubled each time
 * @param pauseMax longest such pause
 * @param keyPause of a key that was refused, or whose quota is used up, doubled each time
 * @param keyPauseMax longest such pause
 * @param failOpenInterval pause between two attempts of all calls together while everything is shut
 * @param budgetShare attempts beyond the first, as a share of first attempts, 0 to 1
 * @param budgetFloor attempts beyond the first that are always allowed in a window
 */
@ConfigurationProperties("gaia.provider.attempts")
public record AttemptSettings(
        int perCandidateMax,
        int aloneMax,
        int perCallMax,
        int candidatesMax,
        int silentMax,
        Duration backOff,
        Duration backOffMax,
        Duration gapMin,
        Duration timeMin,
        Duration hintMax,
        Duration wholeDeadline,
        Duration firstTokenDeadline,
        Duration reasoningFirstTokenTimeout,
        Duration idleTimeoutAlone,
        Set<String> refusalFallback,
        int breakerFailures,
        int breakerResults,
        Duration breakerWindow,
        Duration breakerOpen,
        Duration breakerOpenMax,
        Duration breakerSpread,
        Duration pause,
        Duration pauseMax,
        Duration keyPause,
        Duration keyPauseMax,
        Duration failOpenInterval,
        double budgetShare,
        int budgetFloor) {

    private static final int PER_CALL_HARD_MAX = 6;
    /** Nobody waits longer for a model that says nothing (failures F06). */
    private static final Duration SILENCE_HARD_MAX = Duration.ofSeconds(100);

    private static final Duration IDLE_HARD_MAX = Duration.ofSeconds(45);

    public AttemptSettings {
        atLeastOne("per-candidate-max", perCandidateMax);
        atLeastOne("alone-max", aloneMax);
        atLeastOne("per-call-max", perCallMax);
        if (perCallMax > PER_CALL_HARD_MAX) {
            throw refused("per-call-max", perCallMax, "between 1 and " + PER_CALL_HARD_MAX);
        }
        atLeastOne("candidates-max", candidatesMax);
        atLeastOne("silent-max", silentMax);
        positive("back-off", backOff);
        positive("back-off-max", backOffMax);
        positive("gap-min", gapMin);
        positive("time-min", timeMin);
        positive("hint-max", hintMax);
        atMost("whole-deadline", wholeDeadline, SILENCE_HARD_MAX);
        atMost("first-token-deadline", firstTokenDeadline, SILENCE_HARD_MAX);
        positive("reasoning-first-token-timeout", reasoningFirstTokenTimeout);
        atMost("idle-timeout-alone", idleTimeoutAlone, IDLE_HARD_MAX);
        refusalFallback = Set.copyOf(refusalFallback);
        atLeastOne("breaker-failures", breakerFailures);
        atLeastOne("breaker-results", breakerResults);
        positive("breaker-window", breakerWindow);
        positive("breaker-open", breakerOpen);
        positive("breaker-open-max", breakerOpenMax);
        if (breakerSpread == null || breakerSpread.isNegative()) {
            throw refused("breaker-spread", breakerSpread, "a duration of 0s or more");
        }
        positive("pause", pause);
        positive("pause-max", pauseMax);
        positive("key-pause", keyPause);
        positive("key-pause-max", keyPauseMax);
        positive("fail-open-interval", failOpenInterval);
        if (!(budgetShare >= 0 && budgetShare <= 1)) {
            throw refused("budget-share", budgetShare, "between 0 and 1");
        }
        if (budgetFloor < 0) {
            throw refused("budget-floor", budgetFloor, "0 or more");
        }
    }

    BreakerLimits breakerLimits() {
        return new BreakerLimits(
                breakerFailures,
                breakerResults,
                breakerWindow.toNanos(),
                breakerOpen.toNanos(),
                breakerOpenMax.toNanos(),
                breakerSpread.toNanos());
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw refused(name, value, "1 or more");
        }
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw refused(name, value, "a duration above 0, like 10s");
        }
    }

    private static void atMost(String name, Duration value, Duration highest) {
        positive(name, value);
        if (value.compareTo(highest) > 0) {
            throw refused(name, value, highest.toSeconds() + "s or less");
        }
    }

    private static IllegalArgumentException refused(String name, Object value, String wanted) {
        return new IllegalArgumentException(
                "`gaia.provider.attempts." + name + "` is " + value + "; it must be " + wanted);
    }
}
