package dev.gaia.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.fake.FakeMcpServer;
import dev.gaia.fake.FakeModelProvider;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class BenchTest {

    @Test
    void takesPercentilesFromSortedTimes() {
        var durations = new Durations();
        for (int millis = 2_000; millis > 0; millis--) {
            durations.add(millis * 1_000_000L);
        }

        assertThat(durations.percentileMillis(50)).isEqualTo(1_000);
        assertThat(durations.percentileMillis(99)).isEqualTo(1_980);
        assertThat(new Durations().percentileMillis(50)).isNaN();
    }

    @Test
    void findsStampsWhereverTheyAreCut() {
        var stream = """
                data: {"created":17,"content":"0@1234 ","response":"0@1234 "}

                data: {"content":"1@99 "}

                data: {"content":"12@5 "}

                """;
        for (int cut = 0; cut < stream.length(); cut++) {
            var found = new ArrayList<String>();
            var reader = new StampReader((index, sentNanos) -> found.add(index + "@" + sentNanos));
            reader.read(Buffer.buffer(stream.substring(0, cut)));
            reader.read(Buffer.buffer(stream.substring(cut)));

            assertThat(found).containsExactly("0@1234", "1@99");
            assertThat(reader.tokens()).isEqualTo(2);
        }
    }

    @Test
    void countsNoTokensAfterOneThatIsLostOrOutOfOrder() {
        for (var tokens : List.of("0@1 1@2 3@3 4@4 ", "0@1 1@2 3@3 2@4 4@5 ")) {
            var reader = new StampReader((index, sentNanos) -> {});
            reader.read(Buffer.buffer(tokens));

            assertThat(reader.tokens()).isLessThan(5);
        }
    }

    @Test
    void readsTheHeapOfAHistogram() {
        assertThat(LiveHeap.parse("   1:  5  80  [B\nTotal       12345       98765432\n"))
                .isEqualTo(98.765432);
        assertThatThrownBy(() -> LiveHeap.parse("no such process")).isInstanceOf(BenchFailure.class);
    }

    @Test
    @Timeout(60)
    void tellsTheHeapOfAnotherProcess() throws IOException {
        var other = new ProcessBuilder(FakeMcpServer.command()).start();
        try {
            assertThat(LiveHeap.megabytes(other.toHandle())).isBetween(0.5, 100.0);
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void readsWhatWrkReports() {
        var result = Wrk.parse("Running\nbench requests=1500 micros=2000000 status=1 socket=2\n");

        assertThat(result.perSecond()).isEqualTo(750);
        assertThat(result.failures()).isEqualTo(3);
        assertThatThrownBy(() -> Wrk.parse("wrk: unknown option")).isInstanceOf(BenchFailure.class);
    }

    @Test
    void measuresDocumentsAndStreamsOfTheFakeProvider() {
        try (var provider = FakeModelProvider.start();
                var client = new LoadClient(Callers.mint(2), "any-model")) {
            var address = provider.baseUrl() + "/chat/completions";
            var target = new Target("direct", address, address, new Processes(ProcessHandle.current(), "no-tag"));

            var documents = client.documents(target, 100, Duration.ofMillis(100), Duration.ofMillis(300));
            var streams = client.streams(target, 10, Duration.ofMillis(100), Duration.ofSeconds(2));

            assertThat(documents.failures()).isZero();
            assertThat(documents.times().count()).isBetween(1, 31);
            assertThat(streams.failures()).isZero();
            assertThat(streams.times().count()).isPositive();
            assertThat(streams.tokens()).isPositive();
            assertThat(streams.tokenDelays().percentileMillis(50)).isNotNegative();
            assertThat(provider.requests())
                    .extracting(request -> request.header("authorization").orElse("none"))
                    .doesNotContain("none")
                    .contains(client(provider, 0), client(provider, 1));
        }
    }

    @Test
    void seesHowBusyTheMachineIs() {
        assertThat(Machine.busyPercent(Duration.ofMillis(100))).isBetween(0.0, 100.0);
    }

    @Test
    void readsTheCpuOfProcessesFromTheKernel() {
        var cpu = new Processes(ProcessHandle.current(), "no-tag").cpu();

        assertThat(cpu.measuredMillis()).isPositive();
        assertThat(cpu.compilerMillis()).isBetween(1.0, cpu.measuredMillis());
        assertThat(cpu.since(cpu).measuredMillis()).isZero();
    }

    @Test
    void countsFailures() {
        try (var provider = FakeModelProvider.start();
                var client = new LoadClient(Callers.mint(1), "any-model")) {
            provider.behave("any-model", "fake-error-500");
            var address = provider.baseUrl() + "/chat/completions";
            var target = new Target("direct", address, address, new Processes(ProcessHandle.current(), "no-tag"));

            assertThat(client.documents(target, 100, Duration.ZERO, Duration.ofMillis(100))
                            .failures())
                    .isEqualTo(10);
        }
    }

    @Test
    void holdsFiguresAgainstAims() {
        var direct = target("direct", 1, 10);
        var nginx = target("nginx", 1.2, 12);
        var gaia = target("gaia-direct", 1.9, 120);

        gaia.put("whole-failures", 0);
        gaia.put("whole-heap-growth-mb", 3.5);

        var report = new Report(List.of(direct, nginx, gaia));

        assertThat(report.aims())
                .filteredOn(aim -> !aim.met())
                .extracting(Report.Aim::name)
                .containsExactly("gaia-direct: JSON chat: CPU, times nginx", "gaia-direct: growth of the heap, MB");
        assertThat(report.text()).contains("MISSED gaia-direct: JSON chat").contains("10.00  (aim: at most 8");
        assertThat(report.text()).contains("MISSED gaia-direct: growth of the heap, MB");
        assertThat(report.json().at("/targets/nginx/json-cpu-ms-per-1000").asDouble())
                .isEqualTo(12);
    }

    private static Target target(String name, double p50, double cpu) {
        var target =
                new Target(name, "http://127.0.0.1/", "http://127.0.0.1/", new Processes(ProcessHandle.current(), ""));
        target.put("rate-2000-p50-ms", p50);
        target.put("json-cpu-ms-per-1000", cpu);
        return target;
    }

    private static String client(FakeModelProvider provider, int index) {
        return provider.requests().get(index).header("authorization").orElseThrow();
    }
}
