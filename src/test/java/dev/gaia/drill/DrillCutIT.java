package dev.gaia.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.drill.DrillProvider.Script;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recorded stream that is cut after every byte gives the whole answer once, or an error; never a third thing. */
class DrillCutIT {

    private static final int AT_ONCE = 24;

    private static DrillProvider provider;
    private static DrillGaia gaia;
    private static HttpClient client;

    /** One cut: where the stream comes from, who reads it, and after how many bytes it ends. */
    private record Cut(String wire, String client, String rescue, int bytes) {
        String name() {
            return wire + "-" + client + "-" + rescue + "-" + bytes;
        }
    }

    @BeforeAll
    static void start() throws IOException {
        provider = DrillProvider.start(0);
        Map<String, String> settings = new LinkedHashMap<>(DrillTimes.fast().settings());
        // No model is slow here, but the machine may be.
        settings.put("gaia.provider.first-token-timeout", "10s");
        settings.put("gaia.provider.idle-timeout", "10s");
        gaia = DrillGaia.start("direct", provider.port(), settings);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    @AfterAll
    static void stop() {
        client.shutdownNow();
        gaia.close();
        provider.close();
    }

    @ParameterizedTest
    @CsvSource({"OPENAI,openai", "OPENAI,anthropic", "ANTHROPIC,openai", "ANTHROPIC,anthropic"})
    void givesTheWholeTextOnceWhereverTheStreamIsCut(DrillWire wire, String reader) throws Exception {
        var events = Recorded.text(wire);

        assertThat(faults(wire, reader, "on", events, seen -> seen.wholeText() ? "" : seen.toString()))
                .isEmpty();
        assertThat(begun(wire.name().toLowerCase(Locale.ROOT) + "-" + reader + "-on-", Recorded.bytes(events)))
                .as("what the other model was given to go on with")
                .hasSizeGreaterThan(100)
                .allMatch(DrillCutIT::isText);
    }

    /** What the other model was told that was said already, for all cuts of this kind. */
    private static List<String> begun(String kind, int bytes) {
        return IntStream.rangeClosed(0, bytes)
                .mapToObj(at -> provider.asked(kind + at))
                .flatMap(List::stream)
                .filter(asked -> !asked.primary())
                .flatMap(asked -> asked.body().path("messages").valueStream())
                .filter(message -> "assistant".equals(message.path("role").asText()))
                .map(DrillText::text)
                .toList();
    }

    /** True when no picture, flag or character at the end is divided. */
    private static boolean isText(String begun) {
        var flag = "🇯🇵";
        char last = begun.charAt(begun.length() - 1);
        return last != Recorded.JOINER
                && !Character.isHighSurrogate(last)
                && !begun.endsWith(flag.substring(0, flag.length() / 2));
    }

    @ParameterizedTest
    @CsvSource({"OPENAI,anthropic", "ANTHROPIC,openai"})
    void saysThatTheTextIsNotWholeWhenNobodyMayGoOn(DrillWire wire, String reader) throws Exception {
        var events = Recorded.text(wire);

        assertThat(faults(
                        wire,
                        reader,
                        "off",
                        events,
                        seen -> seen.wholeText() || seen.interrupted() ? "" : seen.toString()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"OPENAI,openai", "OPENAI,anthropic", "ANTHROPIC,openai", "ANTHROPIC,anthropic"})
    void neverPassesHalfACallOfAToolForAWholeOne(DrillWire wire, String reader) throws Exception {
        var events = Recorded.toolCall(wire);

        // Before the first piece another model is asked, which answers with the text.
        assertThat(faults(
                        wire,
                        reader,
                        "on",
                        events,
                        seen -> seen.wholeCall() || seen.wholeText() || seen.interrupted() ? "" : seen.toString()))
                .isEmpty();
    }

    /** Says what is wrong with what a client saw; empty when nothing is. */
    private interface Check {
        String fault(MessagesReader seen);
    }

    private static String faults(DrillWire wire, String reader, String rescue, String events, Check check)
            throws Exception {
        var places = new Semaphore(AT_ONCE);
        List<Future<String>> faults = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int bytes = 0; bytes <= Recorded.bytes(events); bytes++) {
                var cut = new Cut(wire.name().toLowerCase(Locale.ROOT), reader, rescue, bytes);
                faults.add(threads.submit(() -> {
                    places.acquire();
                    try {
                        var fault = check.fault(ask(cut, events));
                        return fault.isEmpty() ? "" : "after " + cut.bytes() + " bytes: " + fault + "\n";
                    } finally {
                        places.release();
                    }
                }));
            }
        }
        var found = new StringBuilder();
        for (var fault : faults) {
            found.append(fault.get());
        }
        return found.toString();
    }

    private static MessagesReader ask(Cut cut, String events) throws IOException, InterruptedException {
        boolean openAi = "openai".equals(cut.client());
        var name = cut.name() + (events.contains("weather") ? "-tool" : "");
        provider.play(name, new Script(List.of(Play.cut(events, cut.bytes())), List.of(Play.well())));
        var body = "{\"model\":\"drill-" + cut.wire() + "-cut\",\"stream\":true,\"max_tokens\":4000,"
                + "\"tools\":[%s],\"messages\":[{\"role\":\"user\",\"content\":\"[drill " + name + "] Say it.\"}]}";
        var tool = openAi
                ? "{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":{\"type\":\"object\"}}}"
                : "{\"name\":\"weather\",\"input_schema\":{\"type\":\"object\"}}";
        var credentials = DrillGaia.credentials();
        var request = HttpRequest.newBuilder(
                        URI.create(gaia.baseUrl() + (openAi ? "/v1/chat/completions" : "/v1/messages")))
                .header("Content-Type", "application/json")
                .header(credentials.header(), credentials.value().get())
                .header("X-Stream-Rescue", cut.rescue())
                .POST(HttpRequest.BodyPublishers.ofString(body.formatted(tool)));
        var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode())
                .as("after %d bytes: %s", cut.bytes(), answer.body())
                .isEqualTo(200);
        return openAi ? MessagesReader.openAi(answer.body()) : MessagesReader.anthropic(answer.body());
    }
}
