package dev.gaia.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SupabaseDependencyTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger status = new AtomicInteger(200);
    private HttpServer supabase;

    @BeforeEach
    void start() throws IOException {
        supabase = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        supabase.createContext("/auth/v1/health", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        supabase.start();
    }

    @AfterEach
    void stop() {
        supabase.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "YOUR_SUPABASE_URL", "https://your-project.supabase.co"})
    void placeholderIsNotConfigured(String url) {
        assertThat(dependency(url).state()).isEqualTo(DependencyState.notConfigured());
    }

    @Test
    void answeringProjectIsUp() {
        var dependency = dependency(url());

        await().atMost(SOON).until(() -> dependency.state().up());
    }

    @Test
    void oneLookServesEverybodyForAWhile() {
        var dependency = dependency(url());
        await().atMost(SOON).until(() -> dependency.state().up());

        for (int i = 0; i < 1000; i++) {
            assertThat(dependency.state().up()).isTrue();
        }

        assertThat(asked).hasValue(1);
    }

    @Test
    void defectiveProjectIsDownWithAReasonThatNamesNoAddress() {
        status.set(500);
        var dependency = dependency(url());

        await().atMost(SOON).until(() -> asked.get() == 1);
        await().atMost(SOON).until(() -> dependency.state().problem().orElse("").equals("answers with status 500"));
    }

    private String url() {
        return "http://127.0.0.1:" + supabase.getAddress().getPort() + "/";
    }

    private static SupabaseDependency dependency(String url) {
        var dependency = new SupabaseDependency(url, HttpClient.newHttpClient());
        dependency.state();
        return dependency;
    }
}
