package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestQueryTest {

    @Test
    void keepsTheLastValueOfRepeatedKey() {
        assertThat(RequestQuery.parse("a=1&b=2&a=3")).contains(Map.of("a", "3", "b", "2"));
    }

    @Test
    void decodesNamesAndValues() {
        assertThat(RequestQuery.parse("na%20me=a+b%C3%A4&empty=&bare"))
                .contains(Map.of("na me", "a bä", "empty", "", "bare", ""));
    }

    @Test
    void leavesOutReservedNames() {
        assertThat(RequestQuery.parse("CamelHttpUri=x&CAmelSqlQuery=x&org.apache.camel.x=x&websocket.sendToAll=x"
                        + "&operationName=x&gaia-user-id=x&%63amelFileName=x&limit=5"))
                .contains(Map.of("limit", "5"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%zz", "a=%00", "a=%c3", "a=\u0001", "a=ä"})
    void refusesWhatIsNoQuery(String raw) {
        assertThat(RequestQuery.parse(raw)).isEmpty();
    }

    @Test
    void refusesTooManyParameters() {
        String raw = IntStream.range(0, 300).mapToObj(i -> "a" + i + "=1").collect(Collectors.joining("&"));

        assertThat(RequestQuery.parse(raw)).isEmpty();
    }
}
