package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors.NativeIoException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** What each fault of the network means (failures 3, F21, F30). */
class WireFailureTest {

    @Test
    void takesWhatThisMachineLacksForNoFaultOfTheProvider() {
        var causes = new ArrayList<Exception>(List.of(
                new ConnectionPoolTooBusyException("too many"),
                new ConnectException("Too many open files"),
                new IOException(new SocketException("Too many open files in system"))));
        // Netty's own exceptions need its library, which must be loaded before.
        if (Epoll.isAvailable()) {
            causes.add(new ChannelException("no channel", new NativeIoException("socket", -24)));
            causes.add(new ChannelException("no channel", new NativeIoException("socket", -23)));
        }

        for (var cause : causes) {
            var failure = WireFailure.before(cause, true);
            assertThat(failure.kind()).as(cause.toString()).isEqualTo(Kind.LOCAL);
            assertThat(failure.details().retryAfter()).contains(Duration.ofSeconds(1));
        }
    }

    @Test
    void tellsTheCertificateThatIsRefusedFromTheHandshakeThatFails() {
        var refused = new SSLHandshakeException("refused");
        refused.initCause(new CertificateException("expired"));
        var untrusted = WireFailure.before(refused, false);
        var brokenOff = WireFailure.before(new SSLHandshakeException("timed out"), false);

        assertThat(List.of(untrusted.kind(), brokenOff.kind())).containsOnly(Kind.CONNECT);
        assertThat(untrusted.details().signs()).containsExactlyInAnyOrder(Sign.LASTING, Sign.UNTRUSTED);
        assertThat(brokenOff.details().signs()).isEmpty();
    }

    @Test
    void tellsApartWhenTheConnectionEnded() {
        var reset = new SocketException("Connection reset");

        assertThat(WireFailure.before(new ConnectTimeoutException("slow"), false)
                        .kind())
                .isEqualTo(Kind.SILENT);
        assertThat(WireFailure.before(reset, true).kind()).isEqualTo(Kind.CONNECT);
        assertThat(WireFailure.before(reset, true).details().signs()).containsExactly(Sign.REUSED_CONNECTION);
        assertThat(WireFailure.during(reset).kind()).isEqualTo(Kind.TRANSIENT);
        assertThat(WireFailure.after(reset).kind()).isEqualTo(Kind.BROKEN);
    }
}
