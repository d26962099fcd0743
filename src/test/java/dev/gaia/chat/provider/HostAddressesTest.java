package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Failures F20. */
class HostAddressesTest {

    private static Vertx vertx;

    private ScriptedDns dns;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stop() {
        vertx.close();
    }

    @BeforeEach
    void serve() throws IOException {
        dns = new ScriptedDns();
    }

    @AfterEach
    void end() {
        dns.close();
    }

    private static long inAMinute() {
        return System.nanoTime() + Duration.ofMinutes(1).toNanos();
    }

    private static InetAddress address(String literal) throws UnknownHostException {
        return InetAddress.getAllByName(literal)[0];
    }

    private HostAddresses addresses(Duration askAgainAfter, Duration lastAddressesTime) {
        return new HostAddresses(
                vertx,
                new ConnectionSettings(
                        Duration.ofMillis(600),
                        List.of(dns.address()),
                        lastAddressesTime,
                        askAgainAfter,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(5),
                        3));
    }

    private static ProviderFailure failure(HostAddresses addresses, String host) {
        return catchThrowableOfType(ProviderFailure.class, () -> addresses.of(host, inAMinute()));
    }

    @Test
    void findsAddresses() throws Exception {
        try (var addresses = addresses(Duration.ofSeconds(5), Duration.ofMinutes(5))) {
            assertThat(addresses.of("good.gaia.test.", inAMinute())).containsExactly(address("127.0.0.1"));
            int asked = dns.queries();
            addresses.of("good.gaia.test.", inAMinute());

            assertThat(dns.queries()).isEqualTo(asked);
        }
    }

    @Test
    void doesNotAskAgainForUnknownName() {
        try (var addresses = addresses(Duration.ofSeconds(5), Duration.ofMinutes(5))) {
            var failure = failure(addresses, "unknown.gaia.test.");
            int asked = dns.queries();

            assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
            assertThat(failure.details().has(Sign.LASTING)).isTrue();
            assertThat(failure(addresses, "unknown.gaia.test.").details().has(Sign.LASTING))
                    .isTrue();
            assertThat(dns.queries()).isEqualTo(asked);
        }
    }

    @Test
    void leavesARetryToServersInTrouble() {
        try (var addresses = addresses(Duration.ofSeconds(5), Duration.ofMinutes(5))) {
            for (var name : List.of("failing.gaia.test.", "silent.gaia.test.")) {
                var failure = failure(addresses, name);

                assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
                assertThat(failure.details().has(Sign.LASTING)).isFalse();
            }
        }
    }

    @Test
    void usesTheLastGoodAddressesForAWhile() throws Exception {
        try (var addresses = addresses(Duration.ZERO, Duration.ofMinutes(5));
                var forgetful = addresses(Duration.ZERO, Duration.ZERO)) {
            var good = addresses.of("good.gaia.test.", inAMinute());
            forgetful.of("good.gaia.test.", inAMinute());
            dns.fallSilent();

            assertThat(addresses.of("good.gaia.test.", inAMinute())).isEqualTo(good);
            assertThatThrownBy(() -> forgetful.of("good.gaia.test.", inAMinute()))
                    .isInstanceOf(ProviderFailure.class);
        }
    }

    @Test
    void letsNobodyWaitForAnothersName() throws Exception {
        try (var addresses = addresses(Duration.ZERO, Duration.ZERO);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var slow = threads.submit(() -> failure(addresses, "silent.gaia.test."));

            assertThat(addresses.of("good.gaia.test.", inAMinute())).hasSize(1);
            assertThat(slow.isDone()).isFalse();
            assertThat(slow.get().kind()).isEqualTo(Kind.CONNECT);
        }
    }

    @Test
    void triesAllAddressesOfBothFamilies() throws Exception {
        try (var server = new ServerSocket(0, 1, address("127.0.0.1"))) {
            var client = vertx.createHttpClient();
            var connected = new CompletableFuture<InetAddress>();
            var ended = new CompletableFuture<Boolean>();
            var options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setAbsoluteURI("http://name.gaia.test:" + server.getLocalPort() + "/v1");
            var found = List.of(address("::1"), address("127.0.0.2"), address("127.0.0.1"));
            var context = vertx.getOrCreateContext();
            context.runOnContext(ignored -> new ConnectUpstream(
                            context, client, options, found, 100, connected::complete, result -> {
                                ended.complete(result.succeeded());
                            })
                    .start());

            assertThat(connected.get(10, TimeUnit.SECONDS)).isEqualTo(address("127.0.0.1"));
            assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }
}
