package dev.gaia.chat.figures;

import dev.gaia.chat.ModelCatalogue;
import dev.gaia.chat.ModelOffer;
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
}
