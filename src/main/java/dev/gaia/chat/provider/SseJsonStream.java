package dev.gaia.chat.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;

/**
 * The JSON documents of a provider's event stream. Ends at {@code [DONE]}, or with the body. Events that are no JSON
 * are counted in the {@link Attempt} and left out, three at most.
 */
final class SseJsonStream implements JsonStream {

    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private static final char REPLACEMENT = '\uFFFD';
    private static final int SKIPPED_MAX_EVENTS = 3;

    private final UpstreamExchange exchange;
    private final Attempt attempt;
    private final ObjectReader reader;
    private final int streamMaxBytes;
    private final SseParser parser;
    private final ArrayDeque<byte[]> events = new ArrayDeque<>();
    private Optional<IOException> fault = Optional.empty();
    private long bytes;
    private boolean ended;

    SseJsonStream(
            UpstreamExchange exchange, Attempt attempt, ObjectReader reader, int eventMaxBytes, int streamMaxBytes) {
        this.exchange = exchange;
        this.attempt = attempt;
        this.reader = reader;
        this.streamMaxBytes = streamMaxBytes;
        this.parser = new SseParser(eventMaxBytes, events::add);
    }

    @Override
    public Optional<JsonNode> next() throws IOException, InterruptedException {
        while (true) {
            var event = events.poll();
            if (event != null) {
                if (Arrays.equals(event, DONE)) {
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
            switch (exchange.take()) {
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
    private Optional<JsonNode> parse(byte[] event) throws IOException {
        try {
            return Optional.of(reader.readTree(event));
        } catch (JsonProcessingException e) {
            var mended = mend(event);
            if (mended.isPresent()) {
                return mended;
            }
            attempt.skipEvent();
            if (attempt.skippedEvents() > SKIPPED_MAX_EVENTS) {
                throw broken(new ProviderFailure(Kind.BROKEN, "too many events are not JSON"));
            }
            return Optional.empty();
        }
    }

    /** Bytes that are no characters are replaced, each time once; the rest may be good. */
    private Optional<JsonNode> mend(byte[] event) {
        var text = new String(event, UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private void feed(byte[] chunk) {
        bytes += chunk.length;
        try {
            if (bytes > streamMaxBytes) {
                throw new IOException("the stream is larger than " + streamMaxBytes + " bytes");
            }
            parser.feed(chunk);
        } catch (IOException e) {
            // Too much of anything: another model must not go on with it.
            fault = Optional.of(
                    broken(new ProviderFailure(Kind.BROKEN, e.getMessage(), Details.NONE.with(Sign.LASTING))));
        }
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
        while (events.isEmpty() && fault.isEmpty() && !ended) {
            var chunk = exchange.pollBytes();
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
