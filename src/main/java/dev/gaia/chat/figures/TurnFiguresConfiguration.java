package dev.gaia.chat.figures;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import javax.sql.DataSource;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Figures of turns under the names routes use. */
@Configuration(proxyBeanMethods = false)
class TurnFiguresConfiguration {

    @Bean
    TurnFigures turnFigures() {
        return new TurnFigures(Clock.systemUTC());
    }

    @Bean
    TurnIntake turnIntake(
            TurnFigures figures,
            ModelCatalogue catalogue,
            DataSource dataSource,
            UsageSettings settings,
            MeterRegistry meters) {
        return new TurnIntake(figures, catalogue, new UsageStore(dataSource), settings, meters);
    }

    @Bean
    Processor noteTurn(TurnIntake intake) {
        return intake::note;
    }

    @Bean
    ModelCosts modelCosts(ModelCatalogue catalogue) {
        return new ModelCosts(catalogue);
    }

    @Bean
    Performance performance(TurnFigures figures, ModelOffer offer) {
        return new Performance(figures, offer);
    }

    @Bean
    Processor reportStages(Performance performance) {
        return new ReportStages(performance);
    }

    @Bean
    UsageRequests usageRequests(ObjectMapper mapper) {
        return new UsageRequests(mapper, Clock.systemUTC());
    }

    @Bean
    SumUsage usageReports(UsageSettings settings) {
        return new SumUsage(settings, Clock.systemUTC());
    }

    @Bean
    Processor readCurrentMonth(UsageRequests steps) {
        return steps::readCurrentMonth;
    }

    @Bean
    Processor readDays(UsageRequests steps) {
        return steps::readDays;
    }

    @Bean
    Processor readMonth(UsageRequests steps) {
        return steps::readMonth;
    }

    @Bean
    Processor readUsageItem(UsageRequests steps) {
        return steps::readUsageItem;
    }

    @Bean
    Processor sumUsage(SumUsage steps) {
        return steps::sumUsage;
    }

    @Bean
    Processor requireKnownUsageProvider(SumUsage steps) {
        return steps::requireKnownUsageProvider;
    }

    @Bean
    Processor readUsageDocument(ObjectMapper mapper) {
        return new ReadUsageDocument(mapper);
    }

    /** For routes that refuse; a failure carries no stack trace, so that one serves all. */
    @Bean
    Failure storeFailed() {
        return Failure.of(FailureCode.CHAT_STORE_FAILED);
    }
}
