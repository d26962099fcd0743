package dev.gaia.chat.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.JsonStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;

/** The JSON documents of a provider's event stream. Ends at {@code [DONE]}, or with the body. */
final class SseJsonStream implements JsonStream {

    private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};

    private final UpstreamExchange exchange;
    private final ObjectReader reader;
    private final int streamMaxBytes;
    private final SseParser parser;
    private final ArrayDeque<byte[]> events = new ArrayDeque<>();
    private Optional<IOException> fault = Optional.empty();
    private long bytes;
    private boolean ended;

    SseJsonStream(UpstreamExchange exchange, ObjectReader reader, int eventMaxBytes, int streamMaxBytes) {
        this.exchange = exchange;
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
                return Optional.of(parse(event));
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
                case ProviderFailure failure -> throw broken(failure);
                case Object other -> throw new IOException("unexpected " + other);
            }
        }
    }

    private JsonNode parse(byte[] event) throws IOException {
        try {
            return reader.readTree(event);
        } catch (JsonProcessingException e) {
            throw broken(new ProviderFailure(Kind.BROKEN, "an event is not JSON"));
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
            fault = Optional.of(broken(new ProviderFailure(Kind.BROKEN, e.getMessage())));
        }
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
        exchange.begin();
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
