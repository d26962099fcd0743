package dev.gaia.chat.guard;

import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps that guard pages under the names routes use. */
@Configuration(proxyBeanMethods = false)
class GuardConfiguration {

    @Bean
    GuardSteps guardSteps(GuardSettings settings) {
        return new GuardSteps(settings);
    }

    @Bean
    Processor guardStream(GuardSteps steps) {
        return steps::guardStream;
    }

    @Bean
    Processor guardReply(GuardSteps steps) {
        return steps::guardReply;
    }

    @Bean
    Processor guardMessages(GuardSteps steps) {
        return steps::guardMessages;
    }
}
