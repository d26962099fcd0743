package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.AssetSettings;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;

/**
 * Step that waits until the job of header {@code generationId} is over, wherever it runs, by looking at its row. A caller
 * that leaves, or whose {@code waitMillis} are over, ends the wait and not the job. A job that gets no place in time is
 * given up, which only its row can decide; variable {@code withdrawn} says whether it was.
 */
final class AwaitJob implements Processor {

    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final AssetSettings settings;
    private final ProducerTemplate flows;

    AwaitJob(AssetSettings settings, ProducerTemplate flows) {
        this.settings = settings;
        this.flows = flows;
    }

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        String id = exchange.getMessage().getHeader("generationId", String.class);
        long start = System.nanoTime();
        long waitMillis = exchange.getVariable("waitMillis", Long.MAX_VALUE, Long.class);
        long pause = FIRST_PAUSE_MILLIS;
        exchange.setVariable("withdrawn", false);
        String status = status(id, "direct:asset-job-status");
        while (("pending".equals(status) || "processing".equals(status))
                && TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) < waitMillis) {
            if ("pending".equals(status)
                    && System.nanoTime() - start > settings.slotTimeout().toNanos()) {
                status = status(id, "direct:asset-job-withdraw");
                if ("withdrawn".equals(status)) {
                    exchange.setVariable("withdrawn", true);
                    return;
                }
            }
            TimeUnit.MILLISECONDS.sleep(pause);
            pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
            status = status(id, "direct:asset-job-status");
        }
        if ("held".equals(status)) {
            throw Failure.of(
                    FailureCode.ASSET_INTERNAL,
                    "Asset request failed: the result could not be stored yet; generation " + id + " will have it");
        }
    }

    private String status(String id, String flow) {
        Exchange seen = flows.send(flow, exchange -> exchange.getMessage().setHeader("generationId", id));
        if (seen.getException() instanceof Failure failure) {
            throw failure;
        }
        if (seen.getException() != null) {
            throw new IllegalStateException(seen.getException());
        }
        return seen.getMessage().getBody(JsonNode.class).path("status").asText();
    }
}
