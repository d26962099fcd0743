package dev.gaia.chat.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Sends the body to one operation of a provider and leaves the answer, whole or as a stream. */
final class CallModel implements Processor {

    private final UpstreamClient client;
    private final ObjectMapper mapper;
    private final ObjectReader reader;
    private final EventReader events;
    private final ClassifyFailure classify;
    private final UpstreamTarget target;

    CallModel(UpstreamClient client, ObjectMapper mapper, ClassifyFailure classify, UpstreamTarget target) {
        this.client = client;
        this.mapper = mapper;
        this.reader = mapper.reader();
        this.events = new EventReader(reader);
        this.classify = classify;
        this.target = target;
    }

    @Override
    public void process(Exchange exchange) throws ProviderFailure, InterruptedException, JsonProcessingException {
        var call = exchange.getMessage().getBody(JsonNode.class);
        boolean stream = call.path("stream").asBoolean(false);
        var attempt = exchange.getVariable(Attempt.VARIABLE, Attempt.class);
        var sent = attempt == null ? client.attempt() : attempt;
        switch (client.send(target, mapper.writeValueAsBytes(call), stream, sent)) {
            case UpstreamAnswer.Streamed streamed ->
                exchange.getMessage()
                        .setBody(new SseJsonStream(
                                streamed.exchange(),
                                sent,
                                events,
                                sent.times().sizes().event(),
                                sent.times().sizes().stream()));
            case UpstreamAnswer.Whole whole ->
                exchange.getMessage().setBody(document(whole, sent.times().sizes()));
        }
    }

    private JsonNode document(UpstreamAnswer.Whole answer, UpstreamTimes.Sizes sizes) throws ProviderFailure {
        var body = parse(answer.body(), sizes);
        if (answer.status() < 200 || answer.status() > 299) {
            throw classify.ofStatus(answer.status(), body, answer.retryAfter());
        }
        if (body.hasNonNull("error")) {
            throw classify.ofAnswer(body.get("error"));
        }
        if (!body.isObject()) {
            throw new ProviderFailure(Kind.TRANSIENT, "status " + answer.status() + " without an answer");
        }
        return body;
    }

    private JsonNode parse(UpstreamBody body, UpstreamTimes.Sizes sizes) throws ProviderFailure {
        try (var plain = body.read(sizes.body(), sizes.decompressRatio())) {
            // Read to its end, a compressed body shows whether it is sound.
            return body.compressed() ? reader.readTree(plain.readAllBytes()) : reader.readTree(plain);
        } catch (IOException e) {
            if (body.compressed()) {
                throw WireFailure.unreadable(
                        "the compressed answer cannot be read: " + e.getClass().getSimpleName());
            }
            return MissingNode.getInstance();
        }
    }
}
