package dev.gaia.chat.attempt;

import dev.gaia.chat.provider.ClassifyFailure;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.chat.rescue.RescueSettings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of {@code chat-provider} and {@code chat-rescue} under the names routes use. */
@Configuration(proxyBeanMethods = false)
class AttemptConfiguration {

    private static final long ENDING_SECONDS = 15;

    /** Of the thread that asks, whichever it is. */
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    @Bean
    Routes attemptRoutes(
            FailureTable table,
            AttemptSettings settings,
            AttemptFigures figures,
            MeterRegistry meters,
            UpstreamClient client,
            ProviderSettings providers) {
        var routes = new Routes(
                table,
                settings,
                RANDOM,
                route -> keys(providers, route),
                route -> place(providers, route),
                figures::breaker);
        client.providers().forEach(provider -> {
            gauge(meters, "open", provider, "requests under way, by provider", () -> client.underWay(provider));
            gauge(meters, "waiting", provider, "requests that wait for a connection", () -> client.waiting(provider));
            gauge(
                    meters,
                    "connections",
                    provider,
                    "open connections, used or kept",
                    () -> client.connections(provider));
            gauge(
                    meters,
                    "budget",
                    provider,
                    "attempts beyond the first of each call that a provider may get now",
                    () -> routes.budgetLeft(provider, System.nanoTime()));
        });
        return routes;
    }

    private static int keys(ProviderSettings providers, String route) {
        return Optional.ofNullable(providers.endpoints().get(route))
                .map(endpoint -> endpoint.keys().size())
                .orElse(0);
    }

    /** Scheme, host and port of a provider; its own name for one without an address. */
    private static String place(ProviderSettings providers, String route) {
        return Optional.ofNullable(providers.endpoints().get(route))
                .map(ProviderSettings.Endpoint::baseUrl)
                .map(url -> url.getScheme() + "://" + url.getHost() + ":" + port(url))
                .map(place -> place.toLowerCase(Locale.ROOT))
                .orElse(route);
    }

    private static int port(URI url) {
        int usual = "https".equalsIgnoreCase(url.getScheme()) ? 443 : 80;
        return url.getPort() < 0 ? usual : url.getPort();
    }

    private static void gauge(
            MeterRegistry meters, String name, String provider, String description, Supplier<Number> value) {
        Gauge.builder("gaia.provider." + name, value)
                .description(description)
                .tag("provider", provider)
                .register(meters);
    }

    @Bean
    PostgresLedger attemptLedger(DataSource dataSource, LedgerSettings settings, MeterRegistry meters) {
        return new PostgresLedger(dataSource, settings, meters);
    }

    @Bean
    AttemptFigures attemptFigures(
            MeterRegistry meters, PostgresLedger ledger, AttemptListener listener, Hedging hedging) {
        return new AttemptFigures(meters, row -> {
            ledger.add(row);
            row.firstTokenMillis()
                    .ifPresent(millis -> hedging.began(
                            row.provider(),
                            row.model(),
                            Duration.ofMillis(millis).toNanos()));
            listener.attempted(
                    row.provider(),
                    row.model(),
                    row.outcome(),
                    row.durationMillis(),
                    row.inputTokens().orElse(0),
                    row.outputTokens(),
                    row.costUsd().orElse(BigDecimal.ZERO));
        });
    }

    @Bean
    CallTimes callTimes(UpstreamClient client, AttemptSettings settings) {
        return new CallTimes(client, settings);
    }

    @Bean
    AnswerStreams answerStreams(
            CallSource source,
            ClassifyFailure classify,
            RescueSettings settings,
            RunawaySettings runaway,
            CamelContext camel) {
        return new AnswerStreams(source, classify, settings, runaway, camel);
    }

    @Bean
    StopCalls stopCalls(
            AnswerStreams streams,
            UpstreamClient client,
            @Value("${gaia.gateway.drain-timeout}") Duration drainTimeout) {
        return new StopCalls(streams, client, drainTimeout);
    }

    /** Where the gateway is another process nothing but the routes waits for the calls that are to be ended. */
    @Bean
    CamelContextConfiguration awaitCalls(@Value("${gaia.gateway.drain-timeout}") Duration drainTimeout) {
        return new CamelContextConfiguration() {
            @Override
            public void beforeApplicationStart(CamelContext context) {
                var shutdown = context.getShutdownStrategy();
                shutdown.setTimeout(Math.max(shutdown.getTimeout(), drainTimeout.toSeconds() + ENDING_SECONDS));
            }

            @Override
            public void afterApplicationStart(CamelContext context) {
                // Nothing: it is told before.
            }
        };
    }

    @Bean
    AttemptSteps attemptSteps(
            CallSource source,
            Routes routes,
            FailureTable table,
            AttemptSettings settings,
            CallTimes times,
            AttemptFigures figures,
            AnswerStreams streams,
            Hedging hedging) {
        return new AttemptSteps(source, routes, table, settings, times, figures, streams, hedging);
    }

    @Bean
    Hedging hedging(HedgeSettings settings) {
        return new Hedging(settings);
    }

    @Bean
    HedgeSteps hedgeSteps(CallSource source, CallTimes times, Hedging hedging, CamelContext camel) {
        return new HedgeSteps(source, times, hedging, camel);
    }

    @Bean
    Processor raceAttempts(HedgeSteps steps) {
        return steps::raceAttempts;
    }

    @Bean
    RescueSteps rescueSteps(CallSource source, CallTimes times, RescueSettings settings) {
        return new RescueSteps(source, times, settings);
    }

    @Bean
    Processor planAttempts(AttemptSteps steps) {
        return steps::planAttempts;
    }

    @Bean
    Processor takeCandidate(AttemptSteps steps) {
        return steps::takeCandidate;
    }

    @Bean
    Processor acceptAnswer(AttemptSteps steps) {
        return steps::acceptAnswer;
    }

    @Bean
    Processor judgeFailure(AttemptSteps steps) {
        return steps::judgeFailure;
    }

    @Bean
    Processor tellAttempts(AttemptSteps steps) {
        return steps::tellAttempts;
    }

    @Bean
    Processor takeSuccessor(RescueSteps steps) {
        return steps::takeSuccessor;
    }

    @Bean
    Processor keepContinuation(RescueSteps steps) {
        return steps::keepContinuation;
    }

    @Bean
    Processor acceptSuccessor(RescueSteps steps) {
        return steps::acceptSuccessor;
    }

    @Bean
    Processor judgeSuccessor(RescueSteps steps) {
        return steps::judgeSuccessor;
    }
}
