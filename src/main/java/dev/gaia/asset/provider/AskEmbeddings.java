package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that sends the request in the body to the provider of embeddings and leaves its answer. Nothing is repeated: who
 * waits for it searches by words instead. Variable {@code embeddingTimeout} says how long it may take.
 */
final class AskEmbeddings implements Processor {

    private final ProviderHttp http;
    private final Semaphore permits;

    AskEmbeddings(ProviderHttp http, int callsMax) {
        this.http = http;
        this.permits = new Semaphore(callsMax);
    }

    @Override
    public void process(Exchange exchange) throws ProviderFailure, InterruptedException {
        if (!permits.tryAcquire()) {
            throw new RejectedExecutionException("too many vectors are asked for at once");
        }
        try {
            exchange.getMessage()
                    .setBody(http.send(new ProviderHttp.Call(
                            "embedding",
                            "Embedding model",
                            "embeddings",
                            "Authorization",
                            Map.of(),
                            false,
                            exchange.getMessage().getBody(JsonNode.class),
                            Optional.empty(),
                            exchange.getVariable("embeddingTimeout", Duration.class))));
        } finally {
            permits.release();
        }
    }
}
