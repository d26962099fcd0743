package dev.gaia.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs every mapping on every input that is kept for it. */
class MappingCasesTest {

    private static final MappingReader READER = new MappingReader(Path.of("mappings"), MappingFunctions.all());

    static List<MappingCase> cases() {
        return MappingCase.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void givesTheKeptOutput(MappingCase golden) {
        var mapped = READER.read(golden.mapping()).apply(golden.read(golden.input()), golden.variables());

        assertThat(mapped.toPrettyString())
                .as("%s", golden.output())
                .isEqualTo(golden.read(golden.output()).toPrettyString());
    }
}
