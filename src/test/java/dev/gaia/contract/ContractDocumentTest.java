package dev.gaia.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents agree with themselves, and what checks against them finds faults. */
class ContractDocumentTest {

    private static final String JSON = "application/json";
    private static final String FRAME = "data: {\"type\":\"content\",\"content\":\"Hello\"}\n\n";

    private static final ContractDocument CORE = ContractDocument.read("openapi.yaml");
    private static final ContractDocument ASSETS = ContractDocument.read("openapi-assets.yaml");

    private static ContractOperation operation(String id) {
        return CORE.operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @TestFactory
    Stream<DynamicTest> showsAnswersThatFitTheirSchemas() {
        return Stream.of(CORE, ASSETS)
                .flatMap(document -> document.operations().stream())
                .map(operation -> DynamicTest.dynamicTest(
                        operation.toString(),
                        () -> assertThat(faultsOfExamples(operation)).isEmpty()));
    }

    private static List<String> faultsOfExamples(ContractOperation operation) {
        List<String> faults = new ArrayList<>();
        operation
                .statuses()
                .forEach(status -> operation
                        .answerExamples(status)
                        .forEach((name, example) -> operation
                                .document()
                                .faults(operation, status, JSON, example.toString())
                                .forEach(fault -> faults.add(status + " " + name + ": " + fault))));
        operation
                .streamExamples()
                .values()
                .forEach(example -> faults.addAll(operation.document().streamFaults(operation, example.asText())));
        return faults;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "418 | application/json | {'detail':'x'}",
                "401 | text/plain | {'detail':'x'}",
                "401 | application/json | {}",
                "401 | application/json | {'detail':null}",
                "404 | application/json | {'detail':'Conversation not found'}",
                "200 | application/json | {'response':'Four.'}"
            })
    void findsFaultsOfAnswers(int status, String type, String body) {
        assertThat(CORE.faults(operation("chatV1"), status, type, body.replace('\'', '"')))
                .hasSize(1);
    }

    @Test
    void findsWhatIsTooMuch() {
        String answer = "{\"response\":\"x\",\"conversation_id\":\"3f0c8a52-7d41-4f7e-9a63-0c5be4a1d2f9\"%s}";

        assertThat(CORE.faults(operation("chatV03"), 200, JSON, answer.formatted("")))
                .isEmpty();
        assertThat(CORE.faults(operation("chatV03"), 200, JSON, answer.formatted(",\"model\":\"x\"")))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                FRAME,
                "data: {\"type\":\"done\"}\n",
                "event: x\ndata: {\"type\":\"done\"}\n\n",
                "data: {\"type\":\"content\"}\n\ndata: {\"type\":\"done\"}\n\n",
                "data: {\"type\":\"start\"}\n\ndata: {\"type\":\"done\"}\n\n"
            })
    void findsFaultsOfStreams(String stream) {
        assertThat(CORE.streamFaults(operation("chatV03"), FRAME + "data: {\"type\":\"done\"}\n\n"))
                .isEmpty();
        assertThat(CORE.streamFaults(operation("chatV03"), stream)).isNotEmpty();
    }

    @Test
    void findsFaultsOfRequests() {
        ContractRequest search = ContractRequest.of(operation("chatConversationsSearch"));
        ContractRequest create = ContractRequest.of(operation("personasCreate"));

        assertThat(CORE.faults(search.query("q", "puzzle"))).isEmpty();
        assertThat(CORE.faults(search)).isNotEmpty();
        assertThat(CORE.faults(create.json("{\"name\":\"x\",\"description\":\"x\",\"system_prompt\":\"x\"}")))
                .isEmpty();
        assertThat(CORE.faults(create.json("{\"name\":\"x\"}"))).isNotEmpty();
        assertThat(CORE.faults(create)).isNotEmpty();
    }
}
