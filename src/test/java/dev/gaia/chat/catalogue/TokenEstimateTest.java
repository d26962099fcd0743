package dev.gaia.chat.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenEstimateTest {

    /** A model is left out for its window by the estimate, so that what is said to fit at once must fit by it too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'messages':[{'role':'user','content':''}]}",
                "{'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'東'}]}",
                "{'messages':[{'role':'user','content':'東京タワーは赤い'},{'role':'user','content':'🙂🙂'}]}",
                "{'messages':[{'role':'user','content':[{'type':'text','text':'See'},{'type':'image_url'}]}]}",
                "{'messages':[{'role':'assistant','tool_calls':[{'function':{'name':'f','arguments':'{}'}}]}],"
                        + "'tools':[{'type':'function','function':{'name':'f'}}]}"
            })
    void neverTakesACallForShorterThanItsEstimate(String json) throws IOException {
        JsonNode call = new ObjectMapper().readTree(json.replace('\'', '"'));

        assertThat(TokenEstimate.ofCallAtMost(call)).isGreaterThanOrEqualTo(TokenEstimate.ofCall(call));
    }
}
