package dev.gaia.chat.persona;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.PersonaCache;
import dev.gaia.chat.tools.ToolSets;
import dev.gaia.link.Notices;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of the catalogue of personas under the names routes use. */
@Configuration(proxyBeanMethods = false)
class PersonaConfiguration {

    @Bean
    PersonaRequests personaRequests(ObjectMapper mapper) {
        return new PersonaRequests(mapper);
    }

    @Bean
    Processor readPersonaFilter(PersonaRequests steps) {
        return steps::readPersonaFilter;
    }

    @Bean
    Processor readNewPersona(PersonaRequests steps) {
        return steps::readNewPersona;
    }

    @Bean
    Processor readPersonaChange(PersonaRequests steps) {
        return steps::readPersonaChange;
    }

    @Bean
    Processor readPersonaChoice(PersonaRequests steps) {
        return steps::readPersonaChoice;
    }

    @Bean
    Processor requirePersona(PersonaRequests steps) {
        return steps::requirePersona;
    }

    @Bean
    Processor requireNewPersonaName(PersonaRequests steps) {
        return steps::requireNewName;
    }

    @Bean
    Processor requirePersonaChange(PersonaRequests steps) {
        return steps::requireChange;
    }

    @Bean
    BuiltInPersona builtInPersona() {
        return new BuiltInPersona();
    }

    @Bean
    Processor answerBuiltInPersona(BuiltInPersona steps) {
        return steps::answerBuiltInPersona;
    }

    @Bean
    PersonaNotice personaNotice(ObjectMapper mapper) {
        return new PersonaNotice(new Notices(mapper));
    }

    @Bean
    PersonaChanges personaChanges(PersonaCache cache, PersonaNotice notice) {
        return new PersonaChanges(cache, notice);
    }

    @Bean
    StreamCaches streamCaches(PersonaCache cache, ToolSets tools, PersonaNotice notice) {
        return new StreamCaches(cache, tools, notice);
    }

    @Bean
    Processor describeStreamCaches(StreamCaches steps) {
        return steps::describeStreamCaches;
    }

    @Bean
    Processor emptyStreamCaches(StreamCaches steps) {
        return steps::emptyStreamCaches;
    }

    @Bean
    Processor forgetPersonas(PersonaChanges steps) {
        return steps::forgetPersonas;
    }

    @Bean
    Processor forgetPersonaChoice(PersonaChanges steps) {
        return steps::forgetChoice;
    }

    @Bean
    Processor dropChangedPersonas(PersonaChanges steps) {
        return steps::dropChangedPersonas;
    }
}
