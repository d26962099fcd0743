package dev.gaia.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.schibsted.spt.data.jslt.JsltException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WithoutNullsTest {

    private final ObjectMapper mapper = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{\"b\":1,\"a\":null,\"c\":2} | {\"b\":1,\"c\":2}",
                "{\"a\":null} | {}",
                "{\"a\":{\"b\":null},\"c\":[null],\"d\":\"\",\"e\":{},\"f\":[]} | {\"a\":{\"b\":null},\"c\":[null],\"d\":\"\",\"e\":{},\"f\":[]}",
                "null | null"
            })
    void leavesOutKeysThatAreNullAndNothingElse(String object, String expected) throws JsonProcessingException {
        assertThat(called(object).toString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"text\"", "7"})
    void refusesWhatIsNoObject(String value) {
        assertThatThrownBy(() -> called(value)).isInstanceOf(JsltException.class);
    }

    @Test
    void leavesTheObjectItselfAlone() throws JsonProcessingException {
        var object = mapper.readTree("{\"a\":null,\"b\":1}");

        new WithoutNulls().call(object, new JsonNode[] {object});

        assertThat(object.toString()).isEqualTo("{\"a\":null,\"b\":1}");
    }

    private JsonNode called(String value) throws JsonProcessingException {
        var argument = mapper.readTree(value);
        return new WithoutNulls().call(argument, new JsonNode[] {argument});
    }
}
