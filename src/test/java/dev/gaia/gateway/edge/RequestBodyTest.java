package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RequestBodyTest {

    private static final int MAX = 1_000_000;

    private final Admission admission = new Admission(limits(MAX, 2L * MAX));

    @Test
    void givesBackWhatArrived() {
        var body = new RequestBody(0, MAX, admission);

        body.take(Buffer.buffer("one "));
        body.take(Buffer.buffer("two"));

        assertThat(body.bytes()).asString().isEqualTo("one two");
    }

    @Test
    void refusesMoreThanTheLimit() {
        var body = new RequestBody(0, 10, admission);

        assertThat(body.take(Buffer.buffer("0123456789"))).isEqualTo(RequestBody.Taken.TAKEN);
        assertThat(body.take(Buffer.buffer("x"))).isEqualTo(RequestBody.Taken.TOO_LARGE);
    }

    @Test
    void boundsAllBodiesTogetherAndGivesMemoryBack() {
        Buffer large = Buffer.buffer(new byte[MAX]);
        var first = new RequestBody(MAX, MAX, admission);
        var second = new RequestBody(MAX, MAX, admission);
        var third = new RequestBody(MAX, MAX, admission);

        assertThat(first.take(large)).isEqualTo(RequestBody.Taken.TAKEN);
        assertThat(second.take(large)).isEqualTo(RequestBody.Taken.TAKEN);
        assertThat(third.take(large)).isEqualTo(RequestBody.Taken.NO_MEMORY);
        first.release();
        assertThat(third.take(large)).isEqualTo(RequestBody.Taken.TAKEN);
    }

    static EdgeLimits limits(int bodyMaxBytes, long bodiesMaxBytes) {
        Duration second = Duration.ofSeconds(1);
        return new EdgeLimits(
                bodyMaxBytes, 1, bodiesMaxBytes, 16_384, 100, 8_192, 10, 10, second, second, second, second);
    }
}
