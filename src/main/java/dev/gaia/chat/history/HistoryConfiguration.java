package dev.gaia.chat.history;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.chat.turn.ChatSettings;
import dev.gaia.link.Notices;
import io.micrometer.core.instrument.MeterRegistry;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of dialogues under the names routes use. */
@Configuration(proxyBeanMethods = false)
class HistoryConfiguration {

    @Bean
    HistoryQueue historyQueue(ChatSettings settings) {
        return new HistoryQueue(settings.historyQueueMaxEntries(), settings.historyQueueMaxBytes());
    }

    @Bean
    HistoryStore historyStore(DataSource dataSource) {
        return new PostgresHistoryStore(dataSource);
    }

    @Bean
    HistoryNotice historyNotice(ObjectMapper mapper) {
        return new HistoryNotice(new Notices(mapper));
    }

    @Bean
    Histories histories(ChatSettings settings, HistoryQueue queue) {
        return new Histories(settings, queue);
    }

    @Bean
    HistoryWriter historyWriter(
            HistoryQueue queue,
            HistoryStore store,
            ChatSettings settings,
            MeterRegistry meters,
            HistoryNotice notice,
            CamelContext camel) {
        var tellOthers = new TellOthers(camel, notice);
        return new HistoryWriter(queue, store, settings, meters, tellOthers::changed);
    }

    @Bean
    HistorySteps historySteps(
            Histories histories,
            HistoryQueue queue,
            HistoryWriter writer,
            HistoryNotice notice,
            ChatSettings settings) {
        return new HistorySteps(histories, queue, writer, notice, settings);
    }

    @Bean
    Processor recallHistory(HistorySteps steps) {
        return steps::recallHistory;
    }

    @Bean
    Processor keepHistory(HistorySteps steps) {
        return steps::keepHistory;
    }

    @Bean
    Processor usePendingHistory(HistorySteps steps) {
        return steps::usePendingHistory;
    }

    @Bean
    Processor clearHistory(HistorySteps steps) {
        return steps::clearHistory;
    }

    @Bean
    Processor dropChangedHistories(HistorySteps steps) {
        return steps::dropChangedHistories;
    }

    @Bean
    ConversationDialogues conversationDialogues(
            Histories histories, HistoryQueue queue, HistoryNotice notice, ChatSettings settings) {
        return new ConversationDialogues(histories, queue, notice, settings);
    }

    @Bean
    Processor recallConversation(ConversationDialogues steps) {
        return steps::recallConversation;
    }

    @Bean
    Processor takeQueryConversation(ConversationDialogues steps) {
        return steps::takeQueryConversation;
    }

    @Bean
    Processor useConversation(ConversationDialogues steps) {
        return steps::useConversation;
    }

    @Bean
    Processor requireConversation(ConversationDialogues steps) {
        return steps::requireConversation;
    }

    @Bean
    Processor nameConversation(ConversationDialogues steps) {
        return steps::nameConversation;
    }

    @Bean
    Processor queueConversation(ConversationDialogues steps) {
        return steps::queueConversation;
    }

    @Bean
    Processor bindConversation(ConversationDialogues steps) {
        return steps::bindConversation;
    }

    @Bean
    Processor awaitConversation(ConversationDialogues steps) {
        return steps::awaitConversation;
    }

    @Bean
    Processor forgetConversation(ConversationDialogues steps) {
        return steps::forgetConversation;
    }

    @Bean
    Processor rereadConversation(ConversationDialogues steps) {
        return steps::rereadConversation;
    }
}
