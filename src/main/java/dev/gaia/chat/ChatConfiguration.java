package dev.gaia.chat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.catalogue.ModelOffer;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.history.HistorySteps;
import dev.gaia.chat.provider.ClassifyFailure;
import dev.gaia.chat.provider.ConnectionSettings;
import dev.gaia.chat.provider.FailureTable;
import dev.gaia.chat.provider.ModelHttpComponent;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.chat.provider.TellFailure;
import dev.gaia.chat.provider.UpstreamClient;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.embedded.DemoModel;
import dev.gaia.mapping.TableReader;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of the chat segment under the names routes use. */
@Configuration(proxyBeanMethods = false)
class ChatConfiguration {

    @Bean
    UpstreamClient upstreamClient(
            Vertx vertx, ProviderSettings settings, ConnectionSettings connection, ChatSettings chat) {
        return new UpstreamClient(vertx, settings, connection, chat.keepAlive());
    }

    @Bean
    FailureTable failureTable(TableReader tables) {
        return FailureTable.read(tables);
    }

    @Bean
    ClassifyFailure classifyFailure(FailureTable table) {
        return new ClassifyFailure(table);
    }

    @Bean("model-http")
    ModelHttpComponent modelHttpComponent(UpstreamClient client, ObjectMapper mapper, ClassifyFailure classify) {
        return new ModelHttpComponent(client, mapper, classify);
    }

    @Bean
    TokenCounter tokenCounter(ModelOffer offer, ChatSettings settings) {
        return new TokenCounter(offer.catalogue(), settings.tokenizer());
    }

    @Bean
    PersonaCache personaCache(ChatSettings settings, ObjectMapper mapper) {
        return new PersonaCache(settings, mapper);
    }

    @Bean
    Processor recallPersona(PersonaCache steps) {
        return steps::recallPersona;
    }

    @Bean
    Processor keepPersona(PersonaCache steps) {
        return steps::keepPersona;
    }

    @Bean
    Processor useBuiltInPersona(PersonaCache steps) {
        return steps::useBuiltInPersona;
    }

    @Bean
    TellFailure tellFailure(FailureTable table, ProviderSettings settings) {
        return new TellFailure(table, settings.endpoints().values());
    }

    @Bean
    TurnSteps turnSteps(HistorySteps histories, ObjectMapper mapper, TellFailure tellFailure) {
        return new TurnSteps(histories, mapper, tellFailure);
    }

    @Bean
    Processor keepCall(TurnSteps steps) {
        return steps::keepCall;
    }

    @Bean
    Processor rememberQuestion(TurnSteps steps) {
        return steps::rememberQuestion;
    }

    @Bean
    Processor rememberAnswer(TurnSteps steps) {
        return steps::rememberAnswer;
    }

    @Bean
    Processor noteFailure(TurnSteps steps) {
        return steps::noteFailure;
    }

    @Bean
    Processor refuseAnswer(TurnSteps steps) {
        return steps::refuseAnswer;
    }

    @Bean
    Processor writeAnswer(TurnSteps steps) {
        return steps::writeAnswer;
    }

    @Bean
    AnswerDeadline answerDeadline() {
        return new AnswerDeadline();
    }

    @Bean
    Processor beginDeadline(AnswerDeadline steps) {
        return steps::beginDeadline;
    }

    @Bean
    Processor endDeadline(AnswerDeadline steps) {
        return steps::endDeadline;
    }

    @Bean
    Processor refuseLateAnswer(AnswerDeadline steps) {
        return steps::refuseLateAnswer;
    }

    @Bean
    Processor useRequest() {
        return exchange -> ReadChatRequest.take(exchange, exchange.getMessage().getBody(ObjectNode.class));
    }

    @Bean
    Processor streamAnswer(CamelContext camel, ChatSettings settings) {
        return new StreamAnswer(camel, settings);
    }

    /** Keeps requests from waiting for a database that is away; one of them looks again after the pause. */
    @Bean("chat-database")
    CircuitBreaker chatDatabase(ChatSettings settings) {
        var config = CircuitBreakerConfig.custom()
                .slidingWindowSize(10)
                .minimumNumberOfCalls(3)
                .waitDurationInOpenState(settings.databasePause())
                .permittedNumberOfCallsInHalfOpenState(1)
                .build();
        return CircuitBreaker.of("chat-database", config);
    }

    @Bean
    Processor askDemoModel(@Value("${gaia.chat.demo-pace}") Duration pace) {
        return new DemoModel(pace);
    }
}
