package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.unix.Errors.NativeIoException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What the network said when a request had no answer, as a {@link ProviderFailure}. */
final class WireFailure {

    /** Linux's EMFILE and ENFILE, which Netty gives negative. */
    private static final Set<Integer> OUT_OF_HANDLES = Set.of(-24, -23);

    /** What the C library says of both. */
    private static final String OUT_OF_HANDLES_TEXT = "Too many open files";

    private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

    private WireFailure() {}

    /**
     * The failure before a byte of the answer came.
     *
     * @param reused whether the connection carried a request before
     */
    static ProviderFailure before(Throwable cause, boolean reused) {
        if (cause instanceof ConnectionPoolTooBusyException || any(cause, WireFailure::outOfHandles)) {
            // Nothing was sent, and the provider has nothing to do with it.
            return new ProviderFailure(Kind.LOCAL, text(cause), Details.NONE.retryAfter(AGAIN_AFTER));
        }
        if (cause instanceof ConnectTimeoutException) {
            return new ProviderFailure(Kind.SILENT, text(cause));
        }
        var failure = notReached(text(cause), reused);
        return any(cause, WireFailure::untrusted)
                ? new ProviderFailure(
                        Kind.CONNECT,
                        text(cause),
                        failure.details().with(Sign.LASTING).with(Sign.UNTRUSTED))
                : failure;
    }

    /** The failure of an answer of which only a part of the head came: the provider may have done what it was asked for. */
    static ProviderFailure begun(Throwable cause) {
        return new ProviderFailure(
                Kind.CONNECT, "cut off in the head of the answer, " + text(cause), Details.NONE.with(Sign.LASTING));
    }

    /** The failure of an answer of which nothing was handed on; asking once more mixes nothing. */
    static ProviderFailure during(Throwable cause) {
        return new ProviderFailure(Kind.TRANSIENT, "cut off, " + text(cause));
    }

    /** The failure of a stream of which a part was handed on. */
    static ProviderFailure after(Throwable cause) {
        return new ProviderFailure(Kind.BROKEN, "cut off, " + text(cause));
    }

    /** The request met no answer of its own. */
    static ProviderFailure notReached(String text, boolean reused) {
        return new ProviderFailure(
                Kind.CONNECT, text, reused ? Details.NONE.with(Sign.REUSED_CONNECTION) : Details.NONE);
    }

    /** Asked without compression, the provider may answer. */
    static ProviderFailure unreadable(String message) {
        return new ProviderFailure(Kind.TRANSIENT, message, Details.NONE.with(Sign.UNREADABLE));
    }

    private static String text(Throwable cause) {
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    private static boolean any(Throwable cause, Predicate<Throwable> sign) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (sign.test(each)) {
                return true;
            }
        }
        return false;
    }

    /** A certificate that is not to be trusted is none the next time either. */
    private static boolean untrusted(Throwable cause) {
        return cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException;
    }

    private static boolean outOfHandles(Throwable cause) {
        return (cause instanceof NativeIoException told && OUT_OF_HANDLES.contains(told.expectedErr()))
                || String.valueOf(cause.getMessage()).contains(OUT_OF_HANDLES_TEXT);
    }
}
