package dev.gaia.mapping;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {

    @TempDir
    private Path folder;

    private Mapping mapping(String text) throws IOException {
        Files.writeString(Files.createDirectory(folder.resolve("chat")).resolve("test.jslt"), text);
        return new MappingReader(folder, List.of()).read("chat/test");
    }

    /** A value that is no number, and one that has no keys. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"sum\": number(.words)}", "{\"sum\":\n  {for (.words) .key: 1}}"})
    void tellsThatADocumentDoesNotFitAndNothingOfWhatItHolds(String text) throws IOException {
        var mapping = mapping(text);
        var document = JsonNodeFactory.instance.objectNode().put("words", "what people wrote");

        assertThatThrownBy(() -> mapping.apply(document, Map.of()))
                .isInstanceOf(MappingFault.class)
                .hasNoCause()
                .message()
                .contains("chat/test")
                .doesNotContain("what people wrote");
    }
}
