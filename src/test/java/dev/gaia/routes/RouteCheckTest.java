package dev.gaia.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteCheckTest {

    private static final Surroundings SURROUNDINGS = new Surroundings() {
        @Override
        public boolean hasKey(String key) {
            return Set.of("gaia.known", "gaia.link.chat").contains(key);
        }

        @Override
        public boolean hasBean(String name) {
            return "knownStep".equals(name);
        }

        @Override
        public boolean hasComponent(String scheme) {
            return Set.of("direct", "nats").contains(scheme);
        }

        @Override
        public String resolve(String text) {
            return text.replace("{{gaia.known}}", "direct").replace("{{gaia.link.chat}}", "direct");
        }
    };

    private static final String GOOD = """
            - route:
                id: %1$s
                description: Does it.
                from:
                  uri: direct:%1$s
                  steps:
                    - process:
                        ref: knownStep
            """;

    @TempDir
    Path folder;

    @Test
    void findsNothingInGoodFiles() throws IOException {
        assertThat(check(write("one", GOOD.formatted("one")), write("two", GOOD.formatted("two"))))
                .isEmpty();
    }

    @Test
    void namesTheLineThatIsNotYaml() throws IOException {
        assertThat(check(write("one", GOOD.formatted("one").replace("uri: direct", "uri: 'direct"))))
                .singleElement()
                .asString()
                .contains("this is not YAML")
                .contains("one.camel.yaml:");
    }

    @Test
    void namesTheMisspeltStep() throws IOException {
        assertFault(GOOD.formatted("one").replace("process:", "proces:"), 7, "`proces` is no word Camel knows here");
    }

    @Test
    void namesTheMisspeltOptionOfAStep() throws IOException {
        assertFault(GOOD.formatted("one").replace("ref:", "reff:"), 8, "`reff` is no word Camel knows here");
    }

    @Test
    void namesTheMisspeltWordInsideNestedSteps() throws IOException {
        String choice = """
                - choice:
                    when:
                      - expression:
                          simple:
                            expresion: "${body}"
                        steps:
                          - stop: {}
                """;
        assertFault(GOOD.formatted("one") + choice.indent(8), 13, "`expresion` is no word Camel knows here");
    }

    @Test
    void namesTheMissingStart() throws IOException {
        assertFault("- route:\n    id: one\n    description: Does it.\n", 1, "`from` is missing in `route`");
    }

    @Test
    void namesTheKeyThatIsThereTwice() throws IOException {
        assertFault(GOOD.formatted("one").replace("    from:", "    id: again\n    from:"), 4, "`id` is there twice");
    }

    @Test
    void namesBothPlacesOfADoubleId() throws IOException {
        var faults = check(write("one", GOOD.formatted("one")), write("two", GOOD.formatted("one")));

        assertThat(faults)
                .singleElement()
                .asString()
                .contains("two.camel.yaml:2: error: the id `one` is taken by ")
                .contains("one.camel.yaml:2, write another id");
    }

    @Test
    void namesTheUnknownSetting() throws IOException {
        assertFault(
                GOOD.formatted("one").replace("knownStep", "\"{{gaia.unknown}}\""),
                8,
                "the setting `gaia.unknown` is not known, write a key of application.yaml");
    }

    @Test
    void namesTheUnknownBean() throws IOException {
        assertFault(GOOD.formatted("one").replace("knownStep", "otherStep"), 8, "there is no bean `otherStep`");
    }

    @Test
    void namesTheUnknownComponent() throws IOException {
        assertFault(GOOD.formatted("one").replace("direct:one", "kafka:one"), 5, "there is no component `kafka`");
    }

    @Test
    void namesTheTargetThatNoRouteAnswers() throws IOException {
        String target = """
                - to:
                    uri: "{{gaia.known}}:nowhere"
                """;
        assertFault(
                GOOD.formatted("one") + target.indent(8),
                10,
                "no route that this process loads starts from `direct:nowhere`");
    }

    @Test
    void saysWhichLinkLeadsNowhereInThisProcess() throws IOException {
        String target = """
                - to:
                    uri: "{{gaia.link.chat}}:chat-complete"
                """;
        assertFault(
                GOOD.formatted("one") + target.indent(8),
                10,
                "`gaia.link.chat` is direct, but this process has no route `chat-complete`, set it to nats, or add chat"
                        + " to `gaia.services`");
    }

    @Test
    void namesTheMisspeltErrorConfigurationThatCamelIgnores() throws IOException {
        assertFault(
                GOOD.formatted("one").replace("    from:", "    routeConfigurationId: http-edge-erors\n    from:"),
                4,
                "there is no error configuration `http-edge-erors`");
    }

    @Test
    void followsTheEndpointsOfATemplateIntoItsInstances() throws IOException {
        String template = """
                - routeTemplate:
                    id: door
                    parameters:
                      - name: flow
                    route:
                      from:
                        uri: nats:{{flow}}
                        steps:
                          - to:
                              uri: direct:{{flow}}
                """;
        String instances = """
                - templatedRoute:
                    routeTemplateRef: door
                    routeId: one-door
                    parameters:
                      - name: flow
                        value: one
                - templatedRoute:
                    routeTemplateRef: door
                    routeId: lost-door
                    parameters:
                      - name: flow
                        value: lost
                """;

        var faults = check(write("one", GOOD.formatted("one")), write("door", template), write("doors", instances));

        assertThat(faults)
                .singleElement()
                .asString()
                .contains("doors.camel.yaml:7:")
                .contains("`direct:lost`");
    }

    private void assertFault(String text, int line, String wrong) throws IOException {
        assertThat(check(write("one", text)))
                .singleElement()
                .asString()
                .contains("one.camel.yaml:" + line + ": error: " + wrong);
    }

    private static List<Fault> check(Path... paths) {
        return new RouteCheck(SURROUNDINGS).faults(Arrays.asList(paths));
    }

    private Path write(String id, String text) throws IOException {
        return Files.writeString(folder.resolve(id + ".camel.yaml"), text);
    }
}
