package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gaia.asset.AssetSettings;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.ServiceStatus;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * The generations this process works on, a bounded number at a time, each on a thread of its own that no caller can
 * interrupt. The rows are the truth: what this queue forgets, or a process that died held, is found by the next look at
 * them ({@code asset-job-sweep}), and a job is claimed in its row before anything is done. While jobs run, their leases
 * are renewed.
 */
final class JobQueue implements CamelContextConfiguration, ApplicationListener<ContextClosedEvent> {

    private static final Logger log = LoggerFactory.getLogger(JobQueue.class);
    private static final int RENEWALS_PER_LEASE = 3;

    private final AssetSettings settings;
    private final CamelContext camel;
    private final ProducerTemplate flows;
    private final LinkedBlockingQueue<String> waiting = new LinkedBlockingQueue<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Semaphore permits;
    private volatile boolean open;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("asset-job-", 0).factory());

    JobQueue(AssetSettings settings, CamelContext camel, ProducerTemplate flows) {
        this.settings = settings;
        this.camel = camel;
        this.flows = flows;
        this.permits = new Semaphore(settings.generationsMax());
    }

    /** Works on a job as soon as there is room; harmless when it is known already. */
    void add(String generationId) {
        if (open && known.add(generationId)) {
            waiting.add(generationId);
        }
    }

    /** Jobs that wait here. */
    int waiting() {
        return waiting.size();
    }

    /** Jobs in work here. */
    int running() {
        return running.size();
    }

    @Override
    public void beforeApplicationStart(CamelContext context) {
        // Routes are not there yet.
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
        if (context.getRoute("asset-job") == null) {
            return;
        }
        open = true;
        threads.execute(this::dispatch);
        threads.execute(this::sweep);
        threads.execute(this::renew);
    }

    /** Before the routes stop: lets what runs end for a moment; whoever finds a lease over resumes the rest. */
    @Override
    public void onApplicationEvent(ContextClosedEvent closed) {
        open = false;
        try {
            long end = System.nanoTime() + settings.jobLease().toNanos() / RENEWALS_PER_LEASE;
            while (!running.isEmpty() && System.nanoTime() < end) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }

    private void dispatch() {
        while (open) {
            try {
                String next = waiting.poll(1, TimeUnit.SECONDS);
                if (next != null) {
                    permits.acquire();
                    running.add(next);
                    threads.execute(() -> work(next));
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void work(String generationId) {
        try {
            Exchange done = flows.send(
                    "direct:asset-job", exchange -> exchange.getMessage().setHeader("generationId", generationId));
            if (done.getException() != null) {
                log.warn(
                        "generation {} is left for later: {}",
                        generationId,
                        done.getException().toString());
            }
        } catch (RuntimeException e) {
            log.warn("generation {} is left for later", generationId, e);
        } finally {
            running.remove(generationId);
            known.remove(generationId);
            permits.release();
        }
    }

    /** Finds what nobody works on: what came while no process had room, or what one left behind. */
    private void sweep() {
        while (pause(settings.sweepInterval().toMillis())) {
            if (camel.getStatus() == ServiceStatus.Started) {
                Exchange found = flows.send("direct:asset-job-sweep", exchange -> {});
                if (found.getException() == null && found.getMessage().getBody() instanceof JsonNode jobs) {
                    jobs.path("jobs").forEach(job -> add(job.asText()));
                }
            }
        }
    }

    private void renew() {
        while (pause(settings.jobLease().toMillis() / RENEWALS_PER_LEASE)) {
            if (!running.isEmpty()) {
                flows.send(
                        "direct:asset-job-renew",
                        exchange -> exchange.getMessage().setHeader("generationIds", String.join(",", running)));
            }
        }
    }

    private boolean pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return open;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
