package dev.gaia.chat.orchestration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanReaderTest {

    private static final OrchestrationTable TABLE = OrchestrationTable.read(new TableReader(Path.of("mappings")));

    private final PlanReader reader = new PlanReader(new ObjectMapper(), TABLE);

    private static String plan(String... tasks) {
        return "{\"tasks\":[" + String.join(",", tasks) + "]}";
    }

    private static String task(String id, String needs) {
        return "{\"id\":\"%s\",\"role\":\"writer\",\"description\":\"Write\",\"depends_on\":[%s]}".formatted(id, needs);
    }

    private List<String> read(String text) {
        return reader.read(text).stream().map(Task::id).toList();
    }

    @Test
    void ordersTasksByWhatTheyNeed() {
        assertThat(read(plan(task("c", "\"a\",\"b\""), task("b", "\"a\""), task("a", ""))))
                .containsExactly("a", "b", "c");
    }

    @Test
    void readsAPlanWithWordsAndAFenceAroundIt() {
        assertThat(read("Sure!\n```json\n" + plan(task("a", "")) + "\n```\nGood luck."))
                .containsExactly("a");
    }

    @Test
    void cutsALongDescription() {
        var tasks = reader.read(plan(task("a", "").replace("Write", "x".repeat(5_000))));

        assertThat(tasks.getFirst().description()).hasSize(2_001);
    }

    @Test
    void takesFiveTasksAndNoMore() {
        assertThat(read(tasks(5))).hasSize(5);
        assertThat(read(tasks(6))).isEmpty();
    }

    private static String tasks(int count) {
        return plan(IntStream.range(0, count).mapToObj(i -> task("t" + i, "")).collect(Collectors.joining(",")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no plan",
                "}{",
                "{}",
                "{\"tasks\":7}",
                "{\"tasks\":[7]}",
                "{\"tasks\":[{\"id\":\"a\",\"role\":\"writer\",\"description\":\" \"}]}",
                "{\"tasks\":[{\"role\":\"writer\",\"description\":\"x\"}]}",
                "{\"tasks\":[{\"id\":\"a\",\"role\":\"emperor\",\"description\":\"x\"}]}",
                "{\"tasks\":[{\"id\":\"a\",\"role\":\"writer\",\"description\":\"x\",\"depends_on\":[\"z\"]}]}",
                "{\"tasks\":[{\"id\":\"a\",\"role\":\"writer\",\"description\":\"x\",\"depends_on\":[\"a\"]}]}",
                "{\"tasks\":[{\"id\":\"a\",\"role\":\"writer\",\"description\":\"x\"},{\"id\":\"a\",\"role\":\"coder\",\"description\":\"y\"}]}",
                "{\"tasks\":[{\"id\":\"a\",\"role\":\"writer\",\"description\":\"x\""
            })
    void refusesWhatIsNoPlan(String text) {
        assertThat(reader.read(text)).isEmpty();
    }

    @Test
    void refusesACircle() {
        assertThat(read(plan(task("a", "\"b\""), task("b", "\"c\""), task("c", "\"a\""), task("d", ""))))
                .isEmpty();
    }
}
