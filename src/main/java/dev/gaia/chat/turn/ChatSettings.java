package dev.gaia.chat.turn;

import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Settings of the chat segment.
 *
 * @param defaultModel model when a request names none
 * @param defaultProvider provider when a request names none and several are configured
 * @param temperature when a request names none, 0 to 2
 * @param maxTokens of an answer, when a request names none
 * @param autoSelectModel whether a request that forces no provider gets the model that scores best, unless it says
 * @param tokenizer whether tokens that no provider told are counted exactly where the catalogue names a tokenizer
 * @param keepAlive silence of a stream after which a comment is sent
 * @param databasePause how long a database that failed is not asked
 * @param personaCacheTime how long a persona is used before it is read again
 * @param orchestrationTime for the plan and the agents of one request together
 * @param historyMaxEntries of one dialogue, the system entry counted
 * @param conversationMaxEntries newest entries of a stored conversation that are listed and told to models
 * @param conversationsMax conversations that one list shows
 * @param historyCacheMaxBytes of dialogues kept in memory
 * @param historyCacheTime how long a dialogue is used before it is read again
 * @param historyQueueMaxEntries entries that wait to be written; one more is not stored
 * @param historyQueueMaxBytes text that waits to be written, in bytes of UTF-16
 * @param historyBatchMaxEntries entries written by one statement
 * @param historyFlushInterval how long entries are collected before they are written
 * @param historyClearTimeout how long forgetting a dialogue waits for the database
 * @param historyShutdownTimeout how long the last entries may take at shutdown
 */
@ConfigurationProperties("gaia.chat")
public record ChatSettings(
        String defaultModel,
        Optional<String> defaultProvider,
        double temperature,
        int maxTokens,
        boolean autoSelectModel,
        boolean tokenizer,
        Duration keepAlive,
        Duration databasePause,
        Duration personaCacheTime,
        Duration orchestrationTime,
        int historyMaxEntries,
        int conversationMaxEntries,
        int conversationsMax,
        long historyCacheMaxBytes,
        Duration historyCacheTime,
        int historyQueueMaxEntries,
        long historyQueueMaxBytes,
        int historyBatchMaxEntries,
        Duration historyFlushInterval,
        Duration historyClearTimeout,
        Duration historyShutdownTimeout) {

    public ChatSettings {
        if (defaultModel == null || defaultModel.isBlank()) {
            throw new IllegalArgumentException("`gaia.chat.default-model` is empty; it must name a model");
        }
        if (!(temperature >= 0 && temperature <= 2)) {
            throw new IllegalArgumentException(
                    "`gaia.chat.temperature` is " + temperature + "; it must be between 0 and 2");
        }
        atLeast("max-tokens", maxTokens, 1);
        positive("keep-alive", keepAlive);
        positive("database-pause", databasePause);
        positive("persona-cache-time", personaCacheTime);
        positive("orchestration-time", orchestrationTime);
        atLeast("history-max-entries", historyMaxEntries, 3);
        atLeast("conversation-max-entries", conversationMaxEntries, 2);
        atLeast("conversations-max", conversationsMax, 1);
        atLeast("history-cache-max-bytes", historyCacheMaxBytes, 1);
        positive("history-cache-time", historyCacheTime);
        atLeast("history-queue-max-entries", historyQueueMaxEntries, 1);
        atLeast("history-queue-max-bytes", historyQueueMaxBytes, 1);
        atLeast("history-batch-max-entries", historyBatchMaxEntries, 1);
        positive("history-flush-interval", historyFlushInterval);
        positive("history-clear-timeout", historyClearTimeout);
        positive("history-shutdown-timeout", historyShutdownTimeout);
    }

    /** Entries of a dialogue without the system entry, which is made anew for every request. */
    public int historyKeptEntries() {
        return historyMaxEntries - 1;
    }

    private static void atLeast(String name, long value, long lowest) {
        if (value < lowest) {
            throw new IllegalArgumentException(
                    "`gaia.chat." + name + "` is " + value + "; it must be " + lowest + " or more");
        }
    }

    private static void positive(String name, Duration value) {
        if (value == null || value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    "`gaia.chat." + name + "` is " + value + "; it must be a duration above 0, like 10s");
        }
    }
}
