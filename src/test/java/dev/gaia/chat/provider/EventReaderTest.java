package dev.gaia.chat.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {

    private static final String CHUNK = """
            {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"gpt-4o-mini",\
            "choices":[{"index":0,"delta":{"content":"%s"},"logprobs":null,"finish_reason":null}]}""";

    private final ObjectMapper mapper = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final EventReader reader = fresh();

    private static EventReader fresh() {
        return new EventReader(new ObjectMapper().reader());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " word",
                "Grüße 🎈",
                "\\n\\n",
                "a \\\"quoted\\\" word",
                "\\u00e9\\ud83c",
                "\uFFFD",
                "\\\\",
                "}]}",
                "\u007F"
            })
    void readsEveryTextOfAKnownFormAsJacksonDoes(String text) throws IOException {
        read(CHUNK.formatted("first"));
        read(CHUNK.formatted("second"));

        assertReadAsByJackson(CHUNK.formatted(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "7",
                "\"text\"",
                "null",
                "{\"a\":1,\"a\":2}",
                "{\"a\":{\"b\":[],\"c\":[1,\"x\",{}]},\"d\":true,\"e\":false,\"f\":null}",
                "{\"a\":-1}",
                "{\"a\":0}",
                "{\"a\":2147483647,\"b\":2147483648,\"c\":999999999999999999}",
                "{\"a\":9223372036854775807}",
                "{\"a\":12345678901234567890123}",
                "{\"a\":1.5,\"b\":1e3}",
                " { \"a\" : 1 , \"b\" : \"x\" } ",
                "{\"\\u0061\":\"x\",\"ä\":\"ö\"}",
                "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}",
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":50,\"total_tokens\":62}}"
            })
    void readsEveryDocumentTwiceAsJacksonDoes(String document) throws IOException {
        assertReadAsByJackson(document);
        assertReadAsByJackson(document);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"b\":\"x",
                "{\"a\":01,\"b\":\"x\"}",
                "{\"a\":,\"b\":\"x\"}",
                "{\"a\":1,\"b\":\"x\ny\"}",
                "{\"a\":1,\"b\":\"\\x\"}",
                "{\"a\":1,\"b\":\"x\"",
                "{\"a\":1 1,\"b\":\"x\"}"
            })
    void refusesWhatOnlyLooksLikeAKnownForm(String event) throws IOException {
        read("{\"a\":1,\"b\":\"x\"}");

        assertThatThrownBy(() -> read(event)).isInstanceOf(JsonProcessingException.class);
    }

    /** The second would be lost, and nobody told (failures F10). */
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}{\"a\":2}", "{\"a\":1}\n{\"a\":2}", "{\"a\":1} 7", "{\"a\":1}]"})
    void refusesMoreThanOneDocument(String event) throws IOException {
        assertThatThrownBy(() -> read(event)).isInstanceOf(JsonProcessingException.class);

        read("{\"a\":1}");

        assertThatThrownBy(() -> read(event)).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void refusesBytesThatAreNoCharacters() throws IOException {
        read(CHUNK.formatted("first"));
        byte[] bytes = CHUNK.formatted("?").getBytes(UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == '?' ? (byte) 0xC3 : bytes[i];
        }

        assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(bytes))).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void readsEventsThatWereDamagedAnywhereAsJacksonDoes() throws IOException {
        var random = new Random(7);
        read(CHUNK.formatted("first"));
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = CHUNK.formatted("some text").getBytes(UTF_8);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            byte[] event = Arrays.copyOf(bytes, bytes.length - random.nextInt(2));
            var fresh = fresh();

            fresh.read(ByteBuffer.wrap(CHUNK.formatted("first").getBytes(UTF_8)));
            if (valid(event)) {
                assertThat(fresh.read(ByteBuffer.wrap(event))).isEqualTo(mapper.readTree(event));
            } else {
                assertThatThrownBy(() -> fresh.read(ByteBuffer.wrap(event)))
                        .isInstanceOf(JsonProcessingException.class);
            }
        }
    }

    @Test
    void readsPartOfAnArrayOnly() throws IOException {
        read("{\"a\":1}");
        byte[] padded = "xx{\"a\":22}yy".getBytes(UTF_8);

        assertThat(reader.read(ByteBuffer.wrap(padded, 2, 8))).isEqualTo(mapper.readTree("{\"a\":22}"));
    }

    @Test
    void goesOnReadingWhenTheFormsOfAProviderChange() throws IOException {
        for (int round = 0; round < 2_000; round++) {
            assertReadAsByJackson("{\"field" + round % 40 + "\":\"value" + round + "\"}");
        }
    }

    @Test
    void givesACopyThatCanBeChanged() throws IOException {
        read(CHUNK.formatted("first"));
        var copy = (ObjectNode) read(CHUNK.formatted("second")).deepCopy();

        copy.put("model", "another").remove(List.of("id", "object", "created", "choices"));

        assertThat(copy.toString()).isEqualTo("{\"model\":\"another\"}");
    }

    private boolean valid(byte[] event) {
        try {
            mapper.readTree(event);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private JsonNode read(String event) throws IOException {
        return reader.read(ByteBuffer.wrap(event.getBytes(UTF_8)));
    }

    private void assertReadAsByJackson(String event) throws IOException {
        var read = read(event);
        var expected = mapper.readTree(event);

        assertThat(read).isEqualTo(expected);
        assertThat(expected).isEqualTo(read);
        assertThat(read.toString()).isEqualTo(expected.toString());
    }
}
