package dev.gaia.chat.conversation;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of stored conversations under the names routes use. */
@Configuration(proxyBeanMethods = false)
class ConversationConfiguration {

    @Bean
    ConversationOwners conversationOwners() {
        return new ConversationOwners();
    }

    @Bean
    Processor recallOwner(ConversationOwners steps) {
        return steps::recallOwner;
    }

    @Bean
    Processor keepOwner(ConversationOwners steps) {
        return steps::keepOwner;
    }

    @Bean
    ConversationRequests conversationRequests(ObjectMapper mapper) {
        return new ConversationRequests(mapper);
    }

    @Bean
    Processor readNewConversation(ConversationRequests steps) {
        return steps::readNewConversation;
    }

    @Bean
    Processor readConversationChange(ConversationRequests steps) {
        return steps::readConversationChange;
    }

    @Bean
    Processor readConversationMessage(ConversationRequests steps) {
        return steps::readConversationMessage;
    }

    @Bean
    Processor readConversationSearch(ConversationRequests steps) {
        return steps::readConversationSearch;
    }
}
