package dev.gaia.chat.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.provider.TellFailure;
import dev.gaia.chat.turn.ChatSettings;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps for clients that speak a provider's own form, under the names routes use. */
@Configuration(proxyBeanMethods = false)
class ClientConfiguration {

    @Bean
    ClientSteps clientSteps(CamelContext camel, ChatSettings settings, TellFailure tellFailure, TokenCounter counter) {
        return new ClientSteps(camel, settings, tellFailure, counter);
    }

    @Bean
    ReadClientRequest clientRequests(ObjectMapper mapper, ModelCatalogue catalogue, TokenCounter counter) {
        return new ReadClientRequest(mapper, catalogue, counter);
    }

    @Bean
    Processor readCompletion(ReadClientRequest steps) {
        return steps::readCompletion;
    }

    @Bean
    Processor readMessage(ReadClientRequest steps) {
        return steps::readMessage;
    }

    @Bean
    Processor readCounted(ReadClientRequest steps) {
        return steps::readCounted;
    }

    @Bean
    Processor countCall(ReadClientRequest steps) {
        return steps::countCall;
    }

    @Bean
    Processor startCall(ClientSteps steps) {
        return steps::startCall;
    }

    @Bean
    Processor completeReply(ClientSteps steps) {
        return steps::completeReply;
    }

    @Bean
    Processor closeTurn(ClientSteps steps) {
        return steps::closeTurn;
    }

    @Bean
    Processor requireArguments(ClientSteps steps) {
        return steps::requireArguments;
    }

    @Bean
    Processor refuseClient(ClientSteps steps) {
        return steps::refuseClient;
    }

    @Bean
    Processor streamCompletion(ClientSteps steps) {
        return steps::streamCompletion;
    }

    @Bean
    Processor streamMessage(ClientSteps steps) {
        return steps::streamMessage;
    }

    @Bean
    Processor endBrokenCompletion() {
        return new EndBrokenClientStream(new CompletionForm("", "", 0, false));
    }

    @Bean
    Processor endBrokenMessage() {
        return new EndBrokenClientStream(new MessageForm("", "", false));
    }
}
