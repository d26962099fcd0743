package dev.gaia.gateway.edge;

import dev.gaia.error.FailureCode;
import dev.gaia.link.GaiaHeaders;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns what a route leaves in its message into an answer. On the thread of the exchange. */
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

    /** The edge frames answers itself; a route cannot. */
    private static final Set<String> FRAMING = framing();

    private Answers() {}

    private static Set<String> framing() {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(Set.of(
                "Connection",
                "Content-Length",
                "Host",
                "Keep-Alive",
                "Proxy-Connection",
                "TE",
                "Trailer",
                "Transfer-Encoding",
                "Upgrade"));
        return names;
    }

    static void refuse(Call call, FailureCode code) {
        call.onLoop(() -> call.refuse(code));
    }

    /** Answers with a body that is there as a whole: bytes, text, or what Camel can turn into bytes. */
    static void whole(Call call, Message answer, Map<String, Object> received, int gzipMinBytes) {
        byte[] body = bytes(answer);
        int status = status(answer);
        MultiMap headers = call.response().headers();
        copyHeaders(answer, received, headers);
        boolean bodiless = status == 204 || status == 304 || "HEAD".equals(call.method());
        if (body.length > 0 && !headers.contains(AnswerHeaders.CONTENT_TYPE)) {
            headers.set(AnswerHeaders.CONTENT_TYPE, AnswerHeaders.JSON);
        }
        byte[] sent = bodiless ? RequestBody.NONE : body;
        if (sent.length >= gzipMinBytes && compressible(call, headers)) {
            sent = Gzip.compress(sent);
            headers.set(AnswerHeaders.CONTENT_ENCODING, AnswerHeaders.GZIP);
            headers.set(AnswerHeaders.VARY, "Accept-Encoding");
        }
        byte[] last = sent;
        String caller = caller(answer);
        call.onLoop(() -> {
            call.response().setStatusCode(status);
            call.end(last, caller);
        });
    }

    /** Answers with a stream: the head at once, then every piece when it comes. Returns when the stream has ended. */
    static void stream(Call call, Message answer, Map<String, Object> received, InputStream stream) {
        copyHeaders(answer, received, call.response().headers());
        if (!call.response().headers().contains(AnswerHeaders.CONTENT_TYPE)) {
            call.response().headers().set(AnswerHeaders.CONTENT_TYPE, AnswerHeaders.JSON);
        }
        try (var writer = new AnswerStream(call, status(answer), caller(answer))) {
            writer.copy(stream);
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (!call.left()) {
                LOG.warn("The answer to request {} broke off: {}", call.id(), e.toString());
            }
        } finally {
            close(stream);
        }
    }

    static void close(InputStream stream) {
        try {
            stream.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("Closing a stream failed", e);
        }
    }

    private static byte[] bytes(Message answer) {
        Object body = answer.getBody();
        if (body == null) {
            return RequestBody.NONE;
        }
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        byte[] converted = answer.getBody(byte[].class);
        if (converted == null) {
            throw new IllegalStateException("the route answered with a " + body.getClass() + ", which has no bytes");
        }
        return converted;
    }

    private static int status(Message answer) {
        Object status = answer.getHeader(Exchange.HTTP_RESPONSE_CODE);
        if (status == null) {
            return 200;
        }
        return status instanceof Integer number ? number : Integer.parseInt(status.toString());
    }

    private static String caller(Message answer) {
        return answer.getHeader(GaiaHeaders.AUTH_TYPE) instanceof String kind ? kind : "-";
    }

    /** Copies what the route set: not what the edge put in, which is known by being the identical object. */
    @SuppressWarnings("ReferenceEquality")
    private static void copyHeaders(Message answer, Map<String, Object> received, MultiMap headers) {
        answer.getHeaders().forEach((name, value) -> {
            boolean text = value instanceof String || value instanceof Number || value instanceof Boolean;
            if (text && received.get(name) != value && !FRAMING.contains(name) && !ReservedNames.reserved(name)) {
                headers.set(name, value.toString());
            }
        });
    }

    private static boolean compressible(Call call, MultiMap headers) {
        String type = RequestGate.text(headers, AnswerHeaders.CONTENT_TYPE);
        return !type.startsWith("text/event-stream")
                && !headers.contains(AnswerHeaders.CONTENT_ENCODING)
                && Gzip.accepted(RequestGate.text(call.request().headers(), "accept-encoding"));
    }
}
