package dev.gaia.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.TokenCounter;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.fake.FakeModelProvider;
import dev.gaia.mapping.MappingFault;
import dev.gaia.mapping.TableReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that no provider told: exact where the catalogue names a tokenizer and the setting allows it. */
class TokenCounterTest {

    private static final String GPT = "gpt-6-luna";
    private static final String CLAUDE = "claude-haiku-4-5";
    /** Of {@link FakeModelProvider#DEFAULT_TEXT} in o200k_base. */
    private static final int ANSWER_TOKENS = 12;

    private static final ModelCatalogue CATALOGUE =
            ModelCatalogue.read(new TableReader(Path.of("mappings")), Optional.empty());

    private static final TokenCounter COUNTER = new TokenCounter(CATALOGUE, true);

    private static FakeModelProvider provider;
    private static ChatSegment segment;

    @BeforeAll
    static void start() {
        provider = FakeModelProvider.start();
        var settings = new HashMap<>(ChatSegment.openAi(provider));
        settings.put("gaia.chat.tokenizer", "true");
        segment = ChatSegment.start(settings, ChatSegment.away());
    }

    @AfterAll
    static void stop() {
        segment.close();
        provider.close();
    }

    @Test
    void countsExactlyWhereItCan() {
        var text = "antidisestablishmentarianism, 你好";

        assertThat(COUNTER.exactly(GPT, text)).hasValue(9);
        assertThat(COUNTER.of(GPT, "")).isZero();
        assertThat(COUNTER.exactly(CLAUDE, text)).isEmpty();
        assertThat(COUNTER.of(CLAUDE, text)).isEqualTo(TokenEstimate.of(text));
        assertThat(new TokenCounter(CATALOGUE, false).exactly(GPT, text)).isEmpty();
    }

    @Test
    void countsLongTextsInProportion() {
        assertThat(COUNTER.of(GPT, "The quick brown fox jumps. ".repeat(50_000)))
                .isBetween(280_000L, 310_000L);
    }

    @Test
    void takesTextsForTextWhateverTheySay() {
        assertThat(COUNTER.of(GPT, "<|endoftext|>")).isGreaterThan(1);
    }

    @Test
    void countsEntriesAndTools() {
        var call = JsonNodeFactory.instance.objectNode();
        call.putArray("messages").addObject().put("role", "user").put("content", FakeModelProvider.DEFAULT_TEXT);

        assertThat(COUNTER.ofCall(GPT, call)).isEqualTo(4 + ANSWER_TOKENS);
        assertThat(COUNTER.exactlyOfCall(CLAUDE, call)).isEmpty();
    }

    @Test
    void refusesATokenizerThereIsNot(@TempDir Path directory) throws IOException {
        var file = Files.writeString(
                directory.resolve("models.yaml"),
                "models:\n  - id: m\n    provider: openai\n    tokenizer: best_one\n");

        assertThatThrownBy(() -> ModelCatalogue.read(new TableReader(Path.of("mappings")), Optional.of(file)))
                .isInstanceOf(MappingFault.class)
                .hasMessageContaining("there is no tokenizer best_one; write one of")
                .hasMessageContaining("o200k_base");
    }

    @Test
    void anAnswerWithoutCountsIsCountedAndMarked() {
        var answer = segment.chat("ann", "{\"message\":\"fake-no-usage\"}").json();

        assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(ANSWER_TOKENS);
        assertThat(answer.at("/usage/prompt_tokens").asLong())
                .isEqualTo(asked())
                .isNotEqualTo(TokenEstimate.ofCall(sent()));
        assertThat(answer.at("/_metadata/gateway/usage_estimated").asBoolean()
                        || answer.at("/gateway/usage_estimated").asBoolean())
                .as(answer.toString())
                .isTrue();
    }

    @Test
    void soIsAStream() {
        var chunks = ChatSegment.chunks(segment
                .chat(
                        "bob",
                        "{\"message\":\"fake-no-usage\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
                .stream());

        assertThat(chunks.toString())
                .contains(
                        "\"prompt_tokens\":" + asked(),
                        "\"completion_tokens\":" + ANSWER_TOKENS,
                        "\"usage_estimated\":true");
    }

    private static JsonNode sent() {
        return provider.lastRequest().orElseThrow().body();
    }

    /** Exact tokens of what the provider was asked last. */
    private static long asked() {
        return COUNTER.exactlyOfCall(GPT, sent()).orElseThrow();
    }

    @Test
    void requestsAreCountedBeforeTheyAreMade() {
        var counted = segment.call(
                        "chat-message-count",
                        "cid",
                        "{\"model\":\"gpt-6-luna\",\"messages\":[{\"role\":\"user\",\"content\":\""
                                + FakeModelProvider.DEFAULT_TEXT + "\"}]}")
                .json();

        assertThat(counted.path("input_tokens").asInt()).isEqualTo(4 + ANSWER_TOKENS);
    }
}
