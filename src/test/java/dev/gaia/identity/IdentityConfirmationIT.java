package dev.gaia.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gaia.Hub;
import dev.gaia.LogLines;
import dev.gaia.database.TestDatabase;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Addresses that must be confirmed first, with the log in the place of a mail server. */
class IdentityConfirmationIT {

    private static final String PASSWORD = "a good p4ssword";

    private static TestDatabase database;
    private static Hub hub;

    private LogLines log;

    @BeforeAll
    static void start() {
        database = TestDatabase.migrated();
        hub = Hub.with(Map.of(
                        "gaia.database.url",
                        database.url(),
                        "gaia.identity.auto-confirm",
                        "false",
                        "gaia.identity.confirmation-pause",
                        "2s",
                        "gaia.auth.provider.web-base-url",
                        "https://web.example"))
                .start();
    }

    @BeforeEach
    void listen() {
        log = LogLines.begin();
    }

    @AfterEach
    void listenNoMore() {
        log.close();
    }

    @AfterAll
    static void stop() {
        hub.close();
        database.close();
    }

    @Test
    void signsInOnlyAfterTheAddressIsConfirmed() {
        String email = "ann@example.com";

        var registered = post("register", credentials(email));
        assertThat(registered.statusCode()).isEqualTo(200);
        assertThat(registered.body()).contains("\"session\":null", "\"email_confirmed_at\":null");
        assertThat(post("login", credentials(email)).body()).contains("Login failed: Email not confirmed");
        assertThat(database.value("select count(*) from users where email = '" + email + "'"))
                .isEqualTo("0");

        String token = link(1);
        assertThat(post("confirm", confirmation("somebody-else@example.com", token))
                        .body())
                .contains("Confirmation link is expired or invalid");
        var confirmed = post("confirm", confirmation(email, token));
        assertThat(confirmed.statusCode()).isEqualTo(200);
        assertThat(confirmed.body()).startsWith("{\"message\":\"Email confirmed successfully\"");

        assertThat(post("login", credentials(email)).statusCode()).isEqualTo(200);
        assertThat(database.value("select count(*) from users where email = '" + email + "'"))
                .isEqualTo("1");
        assertThat(post("confirm", confirmation(email, token)).body())
                .contains("Confirmation link is expired or invalid");
    }

    @Test
    void sendsAnotherLinkAfterAPause() {
        String email = "bob@example.com";
        post("register", credentials(email));
        String first = link(1);

        assertThat(post("resend-verification", "{\"email\":\"" + email + "\"}").body())
                .contains("Too many requests. Please wait before requesting another email");
        await().until(() ->
                post("resend-verification", "{\"email\":\"" + email + "\"}").statusCode() == 200);

        String second = link(2);
        assertThat(second).isNotEqualTo(first);
        assertThat(post("confirm", confirmation(email, first)).statusCode()).isEqualTo(400);
        assertThat(post("confirm", confirmation(email, second)).statusCode()).isEqualTo(200);
    }

    @Test
    void answersTheSameForKnownAndUnknownAddresses() {
        post("register", credentials("cleo@example.com"));
        post("confirm", confirmation("cleo@example.com", link(1)));

        var known = hub.post("/auth/v1/signup", credentials("cleo@example.com"));
        var unknown = hub.post("/auth/v1/signup", credentials("dora@example.com"));

        assertThat(known.statusCode()).isEqualTo(unknown.statusCode()).isEqualTo(200);
        assertThat(shape(known)).isEqualTo(shape(unknown));
        assertThat(post("resend-verification", "{\"email\":\"nobody@example.com\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("resend-verification", "{\"email\":\"cleo@example.com\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void linksLeadToTheWebApplicationAndNowhereElse() {
        post("register", credentials("eve@example.com"));
        String link = "/auth/v1/verify?type=signup&redirect_to=https://evil.example&token=" + link(1);

        var followed = hub.get(link);
        var again = hub.get(link);

        assertThat(followed.statusCode()).isEqualTo(303);
        assertThat(followed.headers().firstValue("Location").orElseThrow())
                .startsWith("https://web.example/auth/confirm#access_token=")
                .contains("&refresh_token=", "&token_type=bearer", "&type=signup");
        assertThat(again.statusCode()).isEqualTo(303);
        assertThat(again.headers().firstValue("Location").orElseThrow())
                .startsWith("https://web.example/auth/confirm#error=access_denied&error_code=otp_expired");
    }

    /** Token of the link that was sent as the first, second … of this test. */
    private String link(int nth) {
        await().until(() -> links().size() >= nth);
        return links().get(nth - 1);
    }

    private List<String> links() {
        return Pattern.compile("/auth/v1/verify\\?type=signup&token=([A-Za-z0-9_-]{43})")
                .matcher(log.text())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void mailsTheLinkWhereThereIsAServer() throws Exception {
        try (var server = new FakeMailServer();
                var mailing = Hub.with(Map.of(
                                "gaia.database.url",
                                database.url(),
                                "gaia.identity.auto-confirm",
                                "false",
                                "gaia.identity.mail",
                                "smtp:127.0.0.1:" + server.port() + "?connectionTimeout=2000",
                                "gaia.identity.mail-from",
                                "gaia@example.com"))
                        .start()) {
            var answer =
                    mailing.post("/api/v1/auth/register", credentials("fay@example.com"), "User-Agent", "a browser");

            assertThat(answer.statusCode()).isEqualTo(200);
            await().until(() -> server.received().contains("/auth/v1/verify"));
            assertThat(server.received())
                    .contains("RCPT TO:<fay@example.com>", "From: gaia@example.com", "Subject: Confirm your e-mail")
                    .doesNotContain("a browser", "gaia-request-id", PASSWORD);
        }
        assertThat(links()).isEmpty();
    }

    private static String shape(HttpResponse<String> answer) {
        return answer.body()
                .replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID")
                .replaceAll("\\d{4}-[^\"]+Z", "TIME")
                .replaceAll("[a-z]+@example.com", "EMAIL");
    }

    private static HttpResponse<String> post(String operation, String body) {
        return hub.post("/api/v1/auth/" + operation, body);
    }

    private static String credentials(String email) {
        return "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}";
    }

    private static String confirmation(String email, String token) {
        return "{\"email\":\"" + email + "\",\"token\":\"" + token + "\"}";
    }
}
