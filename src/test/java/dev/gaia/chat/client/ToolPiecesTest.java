package dev.gaia.chat.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolPiecesTest {

    private final ToolPieces pieces = new ToolPieces();

    private static ObjectNode piece(int index, String id, String arguments) {
        var piece = JsonNodeFactory.instance.objectNode().put("index", index);
        if (!id.isEmpty()) {
            piece.put("id", id);
        }
        piece.putObject("function").put("name", "look").put("arguments", arguments);
        return piece;
    }

    private List<String> drain() {
        List<String> steps = new ArrayList<>();
        for (var step = pieces.next(); step.isPresent(); step = pieces.next()) {
            steps.add(
                    switch (step.get()) {
                        case ToolPieces.Begin begin -> "begin " + begin.id();
                        case ToolPieces.Arguments part -> part.text();
                    });
        }
        return steps;
    }

    @Test
    void handsPiecesOnAsTheyCome() {
        pieces.add(piece(0, "a", ""));
        assertThat(drain()).containsExactly("begin a");
        pieces.add(piece(0, "", "{\"at\":"));
        assertThat(drain()).containsExactly("{\"at\":");
        pieces.add(piece(0, "", "1}"));
        pieces.add(piece(1, "b", "{}"));
        assertThat(drain()).containsExactly("1}", "begin b", "{}");
    }

    @Test
    void keepsCallsApartThatAServerMixes() {
        pieces.add(piece(0, "a", ""));
        pieces.add(piece(1, "b", ""));
        pieces.add(piece(0, "", "{\"x\""));
        pieces.add(piece(1, "", "{}"));
        assertThat(drain()).containsExactly("begin a", "{\"x\"");
        pieces.add(piece(0, "", ":1}"));
        assertThat(drain()).containsExactly(":1}", "begin b", "{}");
    }

    @Test
    void endsWithCallsThatHaveNoArguments() {
        pieces.add(piece(0, "a", ""));
        pieces.add(piece(1, "b", ""));
        assertThat(drain()).containsExactly("begin a");
        pieces.end();
        assertThat(drain()).containsExactly("begin b");
    }
}
