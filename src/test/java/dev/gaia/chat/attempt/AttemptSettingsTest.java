package dev.gaia.chat.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.chat.rescue.RescueSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers of sections 2, 5, 6 and 11 of the failure contract. */
class AttemptSettingsTest {

    @Test
    void hasTheContractsLimitsOfAttempts() {
        var settings = TestSettings.attempts(Map.of());

        assertThat(settings.perCandidateMax()).isEqualTo(2);
        assertThat(settings.aloneMax()).isEqualTo(3);
        assertThat(settings.perCallMax()).isEqualTo(6);
        assertThat(settings.candidatesMax()).isEqualTo(3);
        assertThat(settings.silentMax()).isEqualTo(2);
        assertThat(settings.backOff()).isEqualTo(Duration.ofMillis(300));
        assertThat(settings.backOffMax()).isEqualTo(Duration.ofSeconds(4));
        assertThat(settings.gapMin()).isEqualTo(Duration.ofMillis(200));
        assertThat(settings.hintMax()).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings.timeMin()).isEqualTo(Duration.ofMillis(100));
        assertThat(settings.wholeDeadline()).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.firstTokenDeadline()).isEqualTo(Duration.ofSeconds(100));
        assertThat(settings.reasoningFirstTokenTimeout()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.idleTimeoutAlone()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.refusalFallback()).isEmpty();
    }

    @Test
    void hasTheContractsBreakersPausesAndBudget() {
        var settings = TestSettings.attempts(Map.of());

        assertThat(settings.breakerFailures()).isEqualTo(3);
        assertThat(settings.breakerResults()).isEqualTo(10);
        assertThat(settings.breakerWindow()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.breakerOpen()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.breakerOpenMax()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.breakerSpread()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.pause()).isEqualTo(Duration.ofSeconds(2));
        assertThat(settings.pauseMax()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.keyPause()).isEqualTo(Duration.ofSeconds(60));
        assertThat(settings.keyPauseMax()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.failOpenInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.budgetShare()).isEqualTo(0.2);
        assertThat(settings.budgetFloor()).isEqualTo(10);
    }

    @Test
    void hasTheContractsHedgingAndRescue() {
        var hedging = TestSettings.bind("gaia.provider.hedging", Map.of(), HedgeSettings.class);
        assertThat(hedging.enabled()).isFalse();
        assertThat(hedging.percentile()).isEqualTo(0.95);
        assertThat(hedging.delayMin()).isEqualTo(Duration.ofSeconds(1));
        assertThat(hedging.share()).isEqualTo(0.05);
        assertThat(hedging.promptTokensMax()).isEqualTo(20_000);

        var rescue = TestSettings.bind("gaia.provider.rescue", Map.of(), RescueSettings.class);
        assertThat(rescue.enabled()).isTrue();
        assertThat(rescue.perCallMax()).isEqualTo(2);
        assertThat(rescue.timeLeftMin()).isEqualTo(Duration.ofSeconds(5));
        assertThat(rescue.unclearMax()).isEqualTo(Duration.ofSeconds(8));
        assertThat(rescue.waitingInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(rescue.prefillMemory()).isEqualTo(Duration.ofDays(1));
    }

    @ParameterizedTest
    @CsvSource({
        "per-call-max, 6, 7",
        "whole-deadline, 100s, 101s",
        "first-token-deadline, 100s, 101s",
        "idle-timeout-alone, 45s, 46s"
    })
    void letsNoSettingExceedAHardBound(String name, String highest, String tooHigh) {
        assertThatCode(() -> TestSettings.attempts(Map.of(name, highest))).doesNotThrowAnyException();
        assertThatThrownBy(() -> TestSettings.attempts(Map.of(name, tooHigh)))
                .rootCause()
                .hasMessageStartingWith("`gaia.provider.attempts." + name + "` is ");
    }
}
