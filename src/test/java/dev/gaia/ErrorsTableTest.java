package dev.gaia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.error.FailureCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Keeps the table of errors in the README complete and its status codes right. */
class ErrorsTableTest {

    private static final Pattern ROW =
            Pattern.compile("^\\| `([a-z]+(?:-[a-z]+)+)` \\| ([0-9]{3}) \\| \\S.* \\|$", Pattern.MULTILINE);

    @Test
    void readmeNamesEveryCodeWithItsStatus() throws IOException {
        var rows = ROW.matcher(Files.readString(Path.of("README.md")))
                .results()
                .map(row -> row.group(1) + " " + row.group(2))
                .toList();

        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(FailureCode.values())
                        .map(code -> code.code() + " " + code.status())
                        .toList());
    }
}
