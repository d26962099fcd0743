package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a provider's odd or refusing answers lead to, and what clients of both forms are told of them (failures 3, 8). */
class DrillAnswersIT {

    private static final String PREFILL =
            "{'type':'error','error':{'type':'invalid_request_error','message':'The conversation must end with a user message.'}}";

    private static final AtomicInteger NAMES = new AtomicInteger();

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static DrillClient completions;
    private static DrillClient messages;

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        settings.put("gaia.provider.attempts.back-off", "20ms");
        settings.put("gaia.provider.attempts.gap-min", "10ms");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        completions = new DrillClient(gaia.baseUrl(), "/v1/chat/completions", DrillGaia.credentials());
        messages = new DrillClient(gaia.baseUrl(), DrillForm.ANTHROPIC, "/v1/messages", DrillGaia.credentials());
    }

    @AfterAll
    static void stop() {
        completions.close();
        messages.close();
        gaia.close();
        provider.close();
    }

    /** What came of a call whose first model does this each time, and whose second one is well. */
    private record Told(Seen seen, long first, long second) {}

    private static Told ask(DrillClient client, String wire, boolean stream, Play... plays)
            throws InterruptedException {
        var name = "answers-" + NAMES.incrementAndGet();
        provider.play(name, new Script(List.of(plays), List.of(Play.well())));
        ObjectNode body = client.form().body(name, "drill-" + wire + "-" + name, stream);
        var seen = client.ask(body, Map.of());
        var asked = provider.asked(name);
        long first = asked.stream().filter(Asked::primary).count();
        return new Told(seen, first, asked.size() - first);
    }

    private static Play answer(int status, String body) {
        return Play.status(status).body(body.replace('\'', '"'));
    }

    /** A stream of these events. */
    private static Play events(String... events) {
        var text = new StringBuilder();
        for (var event : events) {
            text.append("data: ").append(event.replace('\'', '"')).append("\n\n");
        }
        return Play.cut(text.toString(), Integer.MAX_VALUE);
    }

    /** The question ended with a beginning of an answer; nobody else is asked the same. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsAClientWhosePrefillIsRefused(boolean stream) throws Exception {
        var told = ask(messages, "anthropic", stream, answer(400, PREFILL));

        assertThat(told.seen().status()).as(told.seen().summary()).isEqualTo(400);
        assertThat(told.seen().error().path("type").asText()).isEqualTo("invalid_request_error");
        assertThat(told.seen().error().path("message").asText()).contains("must end with a user message");
        assertThat(told.first()).isEqualTo(1);
        assertThat(told.second()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "413 | {'error':{'message':'x','type':'invalid_request_error','code':'too_large'}} | 413 | too_large",
                "422 | {'error':{'message':'x','type':'invalid_request_error','code':null}} | 422 | invalid_request",
                "400 | {'error':{'message':'x','type':'invalid_request_error','code':'content_filter'}} | 400 | content_filter",
                "422 | {'error':{'message':'x','type':'invalid_request_error','code':'content_filter'}} | 400 | content_filter",
                "400 | {'object':'error','message':'x','type':'BadRequestError','code':400} | 400 | invalid_request"
            })
    void tellsTheProvidersOwnStatusAndCode(int status, String body, int toldStatus, String toldCode) throws Exception {
        for (boolean stream : new boolean[] {true, false}) {
            var completion = ask(completions, "openai", stream, answer(status, body));
            var message = ask(messages, "openai", stream, answer(status, body));

            assertThat(completion.seen().status()).isEqualTo(toldStatus);
            assertThat(completion.seen().error().path("code").asText()).isEqualTo(toldCode);
            assertThat(completion.seen().error().path("type").asText()).isEqualTo("invalid_request_error");
            assertThat(completion.seen().error().path("message").asText()).isEqualTo("x");
            assertThat(completion.seen().header("x-should-retry")).isEqualTo("false");
            assertThat(completion.first()).isEqualTo(1);
            assertThat(completion.second()).isZero();
            assertThat(message.seen().status()).isEqualTo(toldStatus);
            assertThat(message.seen().error().path("type").asText())
                    .isEqualTo(toldStatus == 413 ? "request_too_large" : "invalid_request_error");
        }
    }

    @Test
    void tellsWhichParameterNoModelKnows() throws Exception {
        var body = "{'error':{'message':'x','type':'invalid_request_error','code':'unsupported_parameter'}}";
        var name = "answers-parameter";
        var refused = answer(400, body);
        provider.play(name, new Script(List.of(refused), List.of(refused)));

        var seen = completions.ask(DrillClient.body(name, "drill-openai-" + name, false), Map.of());

        assertThat(seen.status()).isEqualTo(400);
        assertThat(seen.error().path("code").asText()).isEqualTo("unsupported_parameter");
        assertThat(provider.asked(name)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'error':{'code':429,'message':'x'}} | 2 | 1",
                "{'error':{'code':402,'message':'x'}} | 1 | 1",
                "{'error':{'code':400,'message':'x'}} | 1 | 0",
                "{'error':{'code':503,'message':'x'}} | 2 | 1",
                "{'object':'error','code':400,'type':'BadRequestError','message':'x'} | 1 | 0"
            })
    void takesAnErrorAtTheBeginningOfAStreamForItsStatus(String event, int first, int second) throws Exception {
        var told = ask(completions, "openai", true, events(event));

        assertThat(told.first()).as(told.seen().summary()).isEqualTo(first);
        assertThat(told.second()).isEqualTo(second);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'error':{'type':'invalid_request_error','message':'x'}} | 2 | 1",
                "{'error':{'type':'authentication_error','message':'x'}} | 2 | 1",
                "{'error':{'code':'content_filter','message':'x'}} | 1 | 0"
            })
    void takesAnErrorInPlaceOfAnAnswerForAPassingFault(String body, int first, int second) throws Exception {
        for (boolean stream : new boolean[] {true, false}) {
            var told = ask(completions, "openai", stream, answer(201, body));

            assertThat(told.seen().whole()).as(told.seen().summary()).isEqualTo(second > 0);
            assertThat(told.first()).isEqualTo(first);
            assertThat(told.second()).isEqualTo(second);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesAnAnswerOfAnotherShapeForAPassingFault(boolean stream) throws Exception {
        var told = ask(
                messages,
                "anthropic",
                stream,
                answer(201, "{'type':'message','role':'assistant','content':'hi','stop_reason':'end_turn'}"));

        assertThat(told.seen().whole()).as(told.seen().summary()).isTrue();
        assertThat(told.first()).isEqualTo(2);
        assertThat(told.second()).isEqualTo(1);
    }

    /** As an event that is no JSON: the rest may be good. */
    @Test
    void leavesOutEventsOfAnotherShape() throws Exception {
        var odd = "{'type':'message_delta','usage':{'input_tokens':{}}}";
        var opening = DrillWire.ANTHROPIC.opening("x");
        var rest = List.of(
                DrillWire.ANTHROPIC.piece("x", DrillText.WHOLE),
                String.join("", DrillWire.ANTHROPIC.finish("x", "stop")));
        var good = Play.cut(
                String.join("", opening) + "data: " + odd.replace('\'', '"') + "\n\n" + String.join("", rest)
                        + DrillWire.ANTHROPIC.mark(),
                Integer.MAX_VALUE);

        var told = ask(messages, "anthropic", true, good);

        assertThat(told.seen().whole()).as(told.seen().summary()).isTrue();
        assertThat(told.seen().gateway().path("skipped_events").asInt()).isEqualTo(1);
        assertThat(told.first()).isEqualTo(1);
        assertThat(told.second()).isZero();

        var bad = ask(messages, "anthropic", true, events(odd, odd, odd, odd, odd));
        assertThat(bad.seen().whole()).as(bad.seen().summary()).isTrue();
        assertThat(bad.second()).isEqualTo(1);
    }
}
