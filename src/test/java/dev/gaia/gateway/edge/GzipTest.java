package dev.gaia.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GzipTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|true",
                "GZIP|true",
                "deflate, gzip;q=0.5|true",
                "br,gzip|true",
                "gzip;q=0|false",
                "gzip; q=0.0|false",
                "deflate|false",
                "x-gzipped|false",
                "''|false"
            })
    void readsWhetherTheClientTakesGzip(String header, boolean accepted) {
        assertThat(Gzip.accepted(header)).isEqualTo(accepted);
    }

    @Test
    void compressesSoThatTheTextComesBack() throws IOException {
        byte[] text = "to be compressed ".repeat(100).getBytes(StandardCharsets.UTF_8);

        byte[] compressed = Gzip.compress(text);

        assertThat(compressed.length).isLessThan(200);
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                .isEqualTo(text);
    }
}
