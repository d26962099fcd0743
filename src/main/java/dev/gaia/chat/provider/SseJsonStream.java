package dev.gaia.chat.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The JSON documents of a provider's event stream. Ends at {@code [DONE]}, or with the body. Events that are no JSON
 * are counted in the {@link Attempt} and left out, three at most.
 */
final class SseJsonStream implements JsonStream {

    private static final ByteBuffer DONE = ByteBuffer.wrap("[DONE]".getBytes(US_ASCII));

    private static final char REPLACEMENT = '\uFFFD';

    private final UpstreamExchange exchange;
    private final Attempt attempt;
    private final EventReader reader;
    private final int streamMaxBytes;
    private final SseParser parser;
    private Optional<ByteBuffer> ahead = Optional.empty();
    private Optional<IOException> fault = Optional.empty();
    private long bytes;
    private boolean ended;

    SseJsonStream(
            UpstreamExchange exchange, Attempt attempt, EventReader reader, int eventMaxBytes, int streamMaxBytes) {
        this.exchange = exchange;
        this.attempt = attempt;
        this.reader = reader;
        this.streamMaxBytes = streamMaxBytes;
        this.parser = new SseParser(eventMaxBytes);
    }

    @Override
    public Optional<JsonNode> next() throws IOException, InterruptedException {
        while (true) {
            if (readAhead()) {
                var event = ahead.orElseThrow();
                ahead = Optional.empty();
                if (event.equals(DONE)) {
                    exchange.expectEnd();
                    ended = true;
                    return Optional.empty();
                }
                var document = parse(event);
                if (document.isPresent()) {
                    return document;
                }
                continue;
            }
            if (fault.isPresent()) {
                throw fault.get();
            }
            if (ended) {
                return Optional.empty();
            }
            switch (exchange.inbox().take()) {
                case byte[] chunk -> feed(chunk);
                case UpstreamExchange.Signal signal -> {
                    if (signal == UpstreamExchange.Signal.QUIET) {
                        return Optional.of(MissingNode.getInstance());
                    }
                    if (signal == UpstreamExchange.Signal.CLOSED) {
                        throw new IOException("closed by its reader");
                    }
                    ended = true;
                }
                case ProviderFailure failure -> throw broken(afterContent(failure));
                case Object other -> throw new IOException("unexpected " + other);
            }
        }
    }

    /** What is no JSON is left out, within reason: official clients throw on it, and the rest may be good. */
    private Optional<JsonNode> parse(ByteBuffer event) throws IOException {
        try {
            return Optional.of(reader.read(event));
        } catch (JsonProcessingException e) {
            var mended = mend(event);
            if (mended.isPresent()) {
                return mended;
            }
            if (!attempt.skipEvent()) {
                throw broken(new ProviderFailure(
                        Kind.BROKEN, "too many events are not JSON", Details.NONE.with(Sign.LET_GO)));
            }
            return Optional.empty();
        }
    }

    /** Bytes that are no characters are replaced, each time once; the rest may be good. */
    private Optional<JsonNode> mend(ByteBuffer event) {
        var text = UTF_8.decode(event).toString();
        if (text.indexOf(REPLACEMENT) < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.read(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** True when there is an event to be read next. */
    private boolean readAhead() {
        if (ahead.isEmpty() && !ended && fault.isEmpty()) {
            try {
                ahead = parser.next();
            } catch (IOException e) {
                tooMuch(e.getMessage());
            }
        }
        return ahead.isPresent();
    }

    private void feed(byte[] chunk) {
        bytes += chunk.length;
        if (bytes > streamMaxBytes) {
            tooMuch("the stream is larger than " + streamMaxBytes + " bytes");
        } else {
            parser.feed(chunk);
        }
    }

    /** Too much of anything: another model must not go on with it. */
    private void tooMuch(String what) {
        var details = Details.NONE.with(Sign.LASTING).with(Sign.LET_GO);
        fault = Optional.of(broken(new ProviderFailure(Kind.BROKEN, what, details)));
    }

    /** A cut may come before its reader has said that there was content. */
    private ProviderFailure afterContent(ProviderFailure failure) {
        return failure.kind() == Kind.TRANSIENT && attempt.firstContentAt() != 0
                ? new ProviderFailure(Kind.BROKEN, failure.getMessage(), failure.details())
                : failure;
    }

    private IOException broken(ProviderFailure failure) {
        exchange.close();
        ended = true;
        return new IOException(failure.getMessage(), failure);
    }

    @Override
    public boolean ready() {
        while (!readAhead() && fault.isEmpty() && !ended) {
            var chunk = exchange.inbox().pollBytes();
            if (chunk == null) {
                return false;
            }
            feed(chunk);
        }
        return true;
    }

    @Override
    public void begun() {
        attempt.content();
        exchange.content();
    }

    @Override
    public void finishing() {
        exchange.expectEnd();
    }

    @Override
    public void close() {
        exchange.close();
    }
}
