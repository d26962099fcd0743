package dev.gaia.chat;

import static dev.gaia.chat.ChatHub.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.fake.FakeModelProvider;
import dev.gaia.fake.ReceivedRequest;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways of orchestrated answers over HTTP, with models faked at the wire and the real filesystem server. */
class OrchestratedIT {

    private static final String PATH = "/api/v1/chat/orchestrated";
    private static final Duration LIMIT = Duration.ofSeconds(4);

    /** Well before a model that is silent would be given up. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(8);

    /** Texts by which the calls of the orchestration are told apart. */
    private static final String CLASSIFIER = "You route requests";

    private static final String PLANNER = "You plan the work";
    private static final String ANSWER = "Agents have worked on my last message";

    private static final String LARGE = "{'message':'Prepare the launch of our game'}";

    @TempDir
    static Path directory;

    private static ChatHub hub;

    @BeforeAll
    static void start() throws IOException {
        var root = Files.createDirectory(directory.resolve("root"));
        Files.writeString(root.resolve("notes.md"), "the note");
        hub = ChatHub.with(
                Map.of("gaia.files.root", root.toString(), "gaia.chat.orchestration-time", LIMIT.toSeconds() + "s"));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void someoneNew() {
        hub.someoneNew();
    }

    private static JsonNode ask(String body) {
        var answer = hub.post(PATH, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static String way(JsonNode answer) {
        return answer.at("/metadata/performance/route").asText();
    }

    /** From now on the planner writes this plan, given as {@code id role needs…} each. */
    private static void plan(String... tasks) {
        var plan = new StringBuilder();
        for (var task : tasks) {
            var words = task.split(" ", -1);
            plan.append(plan.isEmpty() ? "" : ",")
                    .append("{'id':'%s','role':'%s','description':'Work of %s','depends_on':["
                            .formatted(words[0], words[1], words[0]));
            for (int i = 2; i < words.length; i++) {
                plan.append(i > 2 ? "," : "").append("'").append(words[i]).append("'");
            }
            plan.append("]}");
        }
        plans("Here is the plan: {'tasks':[" + plan + "]}");
    }

    private static void plans(String text) {
        hub.provider().answer(CLASSIFIER, "fake-say mcp_agent");
        hub.provider().answer(PLANNER, "fake-say " + text.replace('\'', '"'));
    }

    private static ReceivedRequest sent(String contained) {
        return hub.provider().requests().stream()
                .filter(request -> request.body().toString().contains(contained))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode detail(JsonNode answer, String id) {
        return StreamSupport.stream(
                        answer.at("/metadata/orchestration/task_details").spliterator(), false)
                .filter(detail -> id.equals(detail.path("id").asText()))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "Hello there!, direct_llm",
        "What is the capital of France?, direct_llm",
        "List the files in the folder, direct_mcp",
        "Please read the file notes.md, direct_mcp"
    })
    void aLookAtTheMessageSavesACall(String message, String way) {
        var answer = ask("{'message':'" + message + "'}");

        assertThat(way(answer)).isEqualTo(way);
        assertThat(hub.provider().requests()).hasSize(1);
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
    }

    @ParameterizedTest
    @CsvSource({"direct_llm, direct_llm", "'I say: direct_mcp.', direct_mcp"})
    void aQuickModelClassifies(String says, String way) {
        hub.provider().answer(CLASSIFIER, "fake-say " + says);

        var answer = ask(LARGE);

        assertThat(way(answer)).isEqualTo(way);
        assertThat(hub.provider().requests()).hasSize(2);
        assertThat(sent(CLASSIFIER).body().path("model").asText()).isEqualTo("claude-haiku-4-5");
        assertThat(answer.path("model").asText()).isEqualTo("claude-sonnet-4-5");
        assertThat(answer.at("/usage/prompt_tokens").asInt())
                .as("the classifier's too")
                .isEqualTo(24);
    }

    @ParameterizedTest
    @CsvSource({
        "Tell of your day, fake-error-400, direct_llm",
        "Put it into the folder, fake-error-400, direct_mcp",
        "Put it into the folder, fake-say direct_llm or mcp_agent, direct_mcp",
        "Put it into the folder, fake-nothing, direct_mcp"
    })
    void wordsDecideWhenNoModelDoes(String message, String script, String way) {
        hub.provider().answer(CLASSIFIER, script);

        assertThat(way(ask("{'message':'" + message + "'}"))).isEqualTo(way);
        assertThat(hub.provider().requests().getLast().body().path("messages").toString())
                .contains(message)
                .doesNotContain("<request>");
    }

    @Test
    void wordsOfSeveralToolsMeanAgents() {
        hub.provider().answer(CLASSIFIER, "fake-error-400");
        hub.provider()
                .answer(
                        PLANNER,
                        "fake-say " + "{'tasks':[{'id':'a','role':'writer','description':'x'}]}".replace('\'', '"'));

        assertThat(way(ask("{'message':'Fetch both and compare them, then save a file'}")))
                .isEqualTo("mcp_agent");
    }

    @Test
    void aModelReadsFilesWithTools() {
        hub.provider().next("fake-calls [{\"name\":\"read_file\",\"arguments\":{\"path\":\"/notes.md\"}}]");

        var answer = ask("{'message':'Please read the file notes.md'}");

        assertThat(answer.at("/metadata/performance/type").asText()).isEqualTo("mcp_tools");
        assertThat(answer.at("/metadata/tools/used/0").asText()).isEqualTo("read_file");
        assertThat(answer.at("/metadata/tools/results/0/result").asText()).isEqualTo("the note");
        assertThat(answer.at("/metadata/tools/results/0/input/path").asText()).isEqualTo("/notes.md");
        assertThat(hub.provider().requests().getLast().body().toString()).contains("the note");
    }

    @Test
    void agentsWorkTogetherAndHandOnTheirResults() {
        plan("c writer a b", "a researcher", "b analyst");
        hub.provider().answer("You are a researcher", "fake-say FOUND-A");
        hub.provider().answer("You are an analyst", "fake-say FOUND-B");
        hub.provider().answer("You are a writer", "fake-say WRITTEN-C");

        var answer = ask(LARGE);

        assertThat(way(answer)).isEqualTo("mcp_agent");
        assertThat(answer.at("/metadata/performance/type").asText()).isEqualTo("orchestrated");
        assertThat(answer.at("/metadata/orchestration/agents_used").asInt()).isEqualTo(3);
        assertThat(answer.at("/metadata/orchestration/success").asBoolean()).isTrue();
        assertThat(detail(answer, "c").path("status").asText()).isEqualTo("completed");
        assertThat(detail(answer, "c").path("execution_time").isNumber()).isTrue();
        assertThat(sent("You are a writer").body().toString()).contains("FOUND-A", "FOUND-B");
        assertThat(sent("You are a researcher").body().toString()).doesNotContain("FOUND-B");
        assertThat(sent(ANSWER).body().toString())
                .contains("FOUND-A", "FOUND-B", "WRITTEN-C", "Prepare the launch of our game");
        assertThat(sent(ANSWER).body().path("system").toString()).doesNotContain("FOUND-A");
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isEqualTo(6 * 12);
    }

    @Test
    void agentsThatNeedNobodyWorkAtOnce() {
        plan("a researcher", "b analyst");
        hub.provider().answer("You are a researcher", "fake-slow-first-token-1500ms");
        hub.provider().answer("You are an analyst", "fake-slow-first-token-1500ms");

        ask(LARGE);

        var apart = Duration.between(
                        sent("You are a researcher").arrivedAt(),
                        sent("You are an analyst").arrivedAt())
                .abs();
        assertThat(apart).isLessThan(Duration.ofMillis(1_500));
    }

    @Test
    void oneThatFailsTakesThoseWhoNeedItAlongAndNobodyElse() {
        plan("a researcher", "b analyst", "c writer a");
        hub.provider().answer("You are a researcher", "fake-error-400");
        hub.provider().answer("You are an analyst", "fake-say FOUND-B");

        var answer = ask(LARGE);

        assertThat(answer.at("/metadata/orchestration/success").asBoolean(true)).isFalse();
        assertThat(answer.at("/metadata/orchestration/agents_used").asInt()).isEqualTo(2);
        assertThat(detail(answer, "a").path("error").asText())
                .isEqualTo("the model provider could not use this request");
        assertThat(detail(answer, "b").path("status").asText()).isEqualTo("completed");
        assertThat(detail(answer, "c").path("error").asText()).isEqualTo("the task a, which it needs, failed");
        assertThat(sent(ANSWER).body().toString()).contains("FOUND-B");
    }

    @Test
    void theTimeOfAllAgentsIsBounded() {
        plan("a researcher", "b analyst", "c writer a");
        hub.provider().answer("You are a researcher", "fake-silent");
        hub.provider().answer("You are an analyst", "fake-say FOUND-B");
        long before = System.nanoTime();

        var answer = ask(LARGE);

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(LIMIT.minusMillis(100), LIMIT.plusSeconds(15));
        assertThat(answer.at("/metadata/orchestration/success").asBoolean(true)).isFalse();
        assertThat(detail(answer, "a").path("error").asText()).isEqualTo("the time for all agents was over");
        assertThat(detail(answer, "b").path("status").asText()).isEqualTo("completed");
        assertThat(detail(answer, "c").path("status").asText()).isEqualTo("failed");
        assertThat(answer.at("/choices/0/message/content").asText()).isEqualTo(FakeModelProvider.DEFAULT_TEXT);
    }

    @Test
    void aCallerWhoLeavesEndsAllAgents() {
        plan("a researcher", "b analyst");
        hub.provider().answer("You are a researcher", "fake-silent");
        hub.provider().answer("You are an analyst", "fake-silent");

        leaveWhenOpen(LARGE, 2);

        await().atMost(GIVEN_UP).until(() -> hub.provider().openAnswers() == 0);
    }

    @Test
    void aCallerWhoLeavesEndsTheCallAfterTools() {
        hub.provider()
                .next("fake-calls [{\"name\":\"read_file\",\"arguments\":{\"path\":\"/notes.md\"}}]", "fake-silent");

        leaveWhenOpen("{'message':'Please read the file notes.md'}", 1);

        await().atMost(GIVEN_UP).until(() -> hub.provider().openAnswers() == 0);
    }

    /** Asks, waits until a model is silent on so many calls, and leaves. */
    private static void leaveWhenOpen(String body, int open) {
        var request = hub.hub()
                .request(PATH, ChatHub.as(hub.caller()))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"')))
                .build();
        var asked = hub.hub().httpClient().sendAsync(request, BodyHandlers.ofString());
        await().until(() -> hub.provider().openAnswers() == open
                && !hub.provider().requests().getLast().finished());
        asked.cancel(true);
    }

    @Test
    void theTimeOfAnAgentIsBoundedBetweenItsToolsToo() {
        hub.provider()
                .next(
                        "fake-say mcp_agent",
                        "fake-say {\"tasks\":[{\"id\":\"a\",\"role\":\"tool_user\",\"description\":\"Read\"}]}",
                        "fake-calls [{\"name\":\"read_file\",\"arguments\":{\"path\":\"/notes.md\"}}]",
                        "fake-silent");

        var answer = ask(LARGE);

        assertThat(detail(answer, "a").path("error").asText()).isEqualTo("the time for all agents was over");
        assertThat(detail(answer, "a").path("execution_time").asDouble()).isLessThanOrEqualTo(LIMIT.toSeconds() + 5.0);
    }

    @Test
    void anAgentUsesTools() {
        plan("a tool_user");
        hub.provider()
                .answer(
                        "You work with tools",
                        "fake-calls [{\"name\":\"read_file\",\"arguments\":{\"path\":\"/notes.md\"}}]");

        ask(LARGE);

        var rounds = hub.provider().requests().stream()
                .filter(request -> request.body().toString().contains("You work with tools"))
                .toList();
        assertThat(rounds).hasSizeGreaterThan(1);
        assertThat(rounds.getLast().body().path("messages").toString()).contains("the note");
        assertThat(sent(ANSWER).body().has("tools")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "I would rather not.",
                "{'tasks':[]}",
                "{'tasks':[{'id':'a','role':'emperor','description':'Rule','depends_on':[]}]}",
                "{'tasks':[{'id':'a','role':'writer','description':'x','depends_on':['a']}]}",
                "{'tasks':[{'id':'a','role':'writer'"
            })
    void nonsenseOfThePlannerIsAnsweredDirectly(String text) {
        plans(text);

        var answer = ask(LARGE);

        assertThat(way(answer)).isEqualTo("direct_llm");
        assertThat(answer.at("/metadata/orchestration").isMissingNode()).isTrue();
        assertThat(hub.provider().requests()).hasSize(3);
    }

    @Test
    void aPlannerThatIsAwayIsDoneWithout() {
        plans("");
        hub.provider().answer(PLANNER, "fake-error-400");

        assertThat(way(ask(LARGE))).isEqualTo("direct_llm");
        assertThat(hub.provider().requests().getLast().body().path("messages"))
                .hasSize(1)
                .first()
                .asString()
                .contains("Prepare the launch");
    }

    @Test
    void countsEveryWayAndWhatAllItsCallsCost() {
        var before = json(hub.get(PATH + "/metrics"));
        plan("a writer");
        ask(LARGE);
        ask("{'message':'List the files in the folder'}");
        hub.provider().answer(ANSWER, "fake-error-400");
        assertThat(hub.post(PATH, LARGE).statusCode()).isEqualTo(500);

        var after = json(hub.get(PATH + "/metrics"));
        for (var count : List.of("total_requests:3", "orchestrated:2", "mcp_requests:1", "direct_llm:0")) {
            var parts = count.split(":", -1);
            assertThat(after.path(parts[0]).asInt() - before.path(parts[0]).asInt())
                    .as(parts[0])
                    .isEqualTo(Integer.parseInt(parts[1]));
        }
        assertThat(after.path("route_distribution").properties().stream()
                        .mapToDouble(share -> share.getValue().asDouble())
                        .sum())
                .isBetween(0.99, 1.01);
    }

    @Test
    void logsWhatAllCallsOfOneAnswerCost() {
        plan("a writer");

        ask(LARGE);

        await().untilAsserted(() -> assertThat(hub.database()
                        .value("select count(*) from chat_attempts where user_id = '" + hub.caller() + "'"))
                .isEqualTo("4"));
        var attempts = hub.database()
                .value("select sum(input_tokens + output_tokens) || ' ' || round(sum(cost_usd), 6)"
                        + " from chat_attempts where user_id = '" + hub.caller() + "'");
        await().untilAsserted(() -> assertThat(hub.database()
                        .column("select tokens || ' ' || round(unit_cost, 6) from"
                                + " api_usage_costs where user_id = '" + hub.caller() + "'"))
                .containsExactly(attempts));
    }
}
