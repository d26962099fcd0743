package dev.gaia.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.StartRefused;
import dev.gaia.auth.provider.ProviderChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesFolderTest {

    @TempDir
    Path folder;

    @BeforeEach
    void fill() throws IOException {
        for (String file : List.of(
                "error/segment-errors",
                "ops/ops-event",
                "gateway/gateway-chat",
                "auth/auth-token",
                "auth/check/auth-check",
                "auth/service/auth-service-health",
                "chat/chat-complete",
                "chat/service/chat-service-health")) {
            var path = folder.resolve(file + ".camel.yaml");
            Files.createDirectories(path.getParent());
            Files.writeString(path, "[]");
        }
        Files.writeString(folder.resolve("README.md"), "not a route");
    }

    @Test
    void wholePlatformLeavesOutTheServicesOwnHttp() {
        assertThat(loadedBy("gateway,auth,chat,asset"))
                .containsExactly(
                        "auth-token", "auth-check", "chat-complete", "segment-errors", "gateway-chat", "ops-event");
    }

    @Test
    void gatewayAloneChecksCredentialsItself() {
        assertThat(loadedBy("gateway")).containsExactly("auth-check", "segment-errors", "gateway-chat", "ops-event");
    }

    @Test
    void serviceAloneAnswersItsOwnHttp() {
        assertThat(loadedBy("chat"))
                .containsExactly("chat-complete", "chat-service-health", "segment-errors", "ops-event");
    }

    @Test
    void refusesMissingFolder() {
        assertThatThrownBy(() -> RoutesFolder.open(folder.resolve("absent")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("`gaia.routes-dir` is ");
    }

    @Test
    void refusesFileThatNoProcessWouldLoad() throws IOException {
        Files.createDirectories(folder.resolve("mine"));
        Files.writeString(folder.resolve("mine/mine-do.camel.yaml"), "[]");

        assertThatThrownBy(() -> RoutesFolder.open(folder)).hasMessageContaining("the file is in no area");
    }

    @Test
    void servicesThatShareAProcessLeaveTheSharedPathsAlone() {
        assertThat(loadedBy("auth,chat")).doesNotContain("auth-service-health", "chat-service-health");
    }

    @Test
    void localIdentityComesWithAuthWhereAccountsAreKeptHere() throws IOException {
        Files.createDirectories(folder.resolve("identity"));
        Files.writeString(folder.resolve("identity/identity-token.camel.yaml"), "[]");
        var opened = RoutesFolder.open(folder);
        var file = folder.resolve("identity/identity-token.camel.yaml");

        assertThat(opened.loads(file, Services.parse("gateway,auth"), ProviderChoice.LOCAL))
                .isTrue();
        assertThat(opened.loads(file, Services.parse("gateway,chat"), ProviderChoice.LOCAL))
                .isFalse();
        assertThat(opened.loads(file, Services.parse("gateway,auth"), ProviderChoice.SUPABASE))
                .isFalse();
        assertThat(opened.loads(file, Services.parse("gateway,auth"), ProviderChoice.NONE))
                .isFalse();
    }

    private List<String> loadedBy(String services) {
        return RoutesFolder.open(folder).filesOf(Services.parse(services), ProviderChoice.SUPABASE).stream()
                .map(path -> path.getFileName().toString().replace(".camel.yaml", ""))
                .toList();
    }
}
