package dev.gaia.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.Hub;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayCalculatorAddRouteTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":3,\"b\":4}|7",
                "{}|0",
                "{\"a\":-2}|-2",
                "{\"a\":1.5,\"b\":1.5}|3.0",
                "{\"a\":1,\"b\":0.5}|1.5",
                "{\"a\":9223372036854775807,\"b\":1}|9223372036854775808"
            })
    void adds(String request, String sum) {
        var answer = Hub.shared().post("/calculator/add", request);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.body()).isEqualTo("{\"result\":" + sum + "}");
    }

    @Test
    void refusesAddendsThatAreNoNumbers() {
        var answer = Hub.shared().post("/calculator/add", "{\"a\":\"3\",\"b\":null}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"detail\":["
                                + "{\"type\":\"float_type\",\"loc\":[\"body\",\"a\"],\"msg\":\"Input should be a valid number\"},"
                                + "{\"type\":\"float_type\",\"loc\":[\"body\",\"b\"],\"msg\":\"Input should be a valid number\"}]}");
    }

    @Test
    void refusesSumThatIsNoNumber() {
        assertThat(Hub.shared().post("/calculator/add", "{\"a\":1e999}").statusCode())
                .isEqualTo(422);
        assertThat(Hub.shared()
                        .post("/calculator/add", "{\"a\":1e308,\"b\":1e308}")
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void refusesBodyThatIsNotJson() {
        var answer = Hub.shared().post("/calculator/add", "a=1");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo("{\"detail\":\"Invalid JSON body\"}");
    }
}
