package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Exchanges;
import dev.gaia.asset.provider.ProviderFailure;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The single steps of a generation: what its rows say becomes variables, and failures become what its row says. */
@SuppressWarnings("DoNotCallSuggester") // routes call these steps, which throw on purpose
final class JobSteps {

    private static final Logger log = LoggerFactory.getLogger(JobSteps.class);
    private static final String INTERNAL = "internal_error";
    private static final String HYBRID = "hybrid";
    private static final String STRATEGY = "strategy";

    private final int attemptsMax;
    private final ObjectMapper mapper;

    /** @param attemptsMax how often a generation is begun */
    JobSteps(int attemptsMax, ObjectMapper mapper) {
        this.attemptsMax = attemptsMax;
        this.mapper = mapper;
    }

    /** Reads from the body how the opening went. Refuses what is not to be; a spent budget is told by the route. */
    void judgeOpening(Exchange exchange) {
        JsonNode opening = exchange.getMessage().getBody(JsonNode.class);
        String outcome = opening.path("outcome").asText();
        switch (outcome) {
            case "other-body" ->
                throw Failure.invalid(
                        FailureCode.ASSET_INVALID_REQUEST,
                        List.of(new Issue(
                                "value_error",
                                List.of("header", "Idempotency-Key"),
                                "The key was used for another request; use a new one")));
            case "full" -> throw busy();
            case "known" ->
                exchange.getMessage()
                        .setHeader("generationId", opening.path("generation_id").asText());
            default -> {}
        }
        exchange.setVariable("opening", outcome);
    }

    /** Refuses because nothing is left of the session's budget. */
    void refuseBudget(Exchange exchange) {
        throw Failure.of(FailureCode.ASSET_BUDGET_EXCEEDED).with(Map.of("Retry-After", "3600"));
    }

    /** Refuses because no place was free in time. */
    void refuseBusy(Exchange exchange) {
        throw busy();
    }

    private static Failure busy() {
        return Failure.of(FailureCode.ASSET_CONCURRENCY_LIMIT).with(Map.of("Retry-After", "30"));
    }

    /** Sets variable {@code event} to the moment that variable {@code moment} names. */
    void describeMoment(Exchange exchange) {
        Message message = exchange.getMessage();
        JsonNode request =
                exchange.getVariable("request") instanceof JsonNode known ? known : mapper.createObjectNode();
        ObjectNode moment = mapper.createObjectNode()
                .put("event", exchange.getVariable("moment", String.class))
                .put("generation_id", message.getHeader("generationId", String.class))
                .put("category", request.path("category").asText())
                .put("style", request.path("style").asText())
                .put("session_id", request.path("session_id").asText())
                .put("now", LocalDateTime.now(ZoneOffset.UTC).toString());
        if (exchange.getVariable("startedNanos") instanceof Long started) {
            moment.put("generation_time_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
        }
        if (exchange.getVariable("outcome") instanceof JsonNode outcome && outcome.isObject()) {
            moment.setAll((ObjectNode) outcome);
        }
        exchange.setVariable("event", moment);
    }

    /** Takes the claimed job from the body: variables {@code job}, {@code request}, {@code category} and {@code offers}. */
    void takeJob(Exchange exchange) {
        JsonNode job = exchange.getMessage().getBody(JsonNode.class);
        exchange.setVariable("job", job);
        exchange.setVariable("request", job.path("request"));
        exchange.setVariable("category", job.at("/request/category").asText());
        exchange.setVariable("offers", job.at("/request/offers"));
        exchange.setVariable("nextOffer", offerOf(job));
        exchange.setVariable(STRATEGY, job.path(STRATEGY).asText());
        exchange.setVariable("taskId", job.path("provider_task_id").asText(""));
        exchange.setVariable("stage", job.at("/provider_result/stage").asText(""));
        exchange.setVariable("firstTask", job.at("/provider_result/first_task").asText(""));
        exchange.setVariable("kept", job.at("/provider_result/kept").isObject());
        exchange.setVariable("held", false);
        exchange.setVariable("produced", false);
        exchange.setVariable("startedNanos", System.nanoTime());
    }

    /** Position of the offer whose provider has a task of this job; without a task the first of the job's strategy. */
    private static int offerOf(JsonNode job) {
        JsonNode offers = job.at("/request/offers");
        int first = 0;
        while (!HYBRID.equals(job.path("strategy").asText()) && adapts(offers.path(first))) {
            first++;
        }
        for (int i = first; i < offers.size() && job.hasNonNull("provider_task_id"); i++) {
            if (offers.get(i).path("provider").equals(job.path("provider"))) {
                return i;
            }
        }
        return first;
    }

    private static boolean adapts(JsonNode offer) {
        return "modification".equals(offer.path("kind").asText());
    }

    /**
     * Fails a job whose provider was asked before a restart and left nothing to ask for: asking again could be paid
     * twice. What is simulated is simply done again. A job during which processes die again and again is given up.
     */
    void refuseLost(Exchange exchange) {
        JsonNode job = Exchanges.json(exchange, "job");
        if (exchange.getVariable("kept", false, Boolean.class)) {
            return;
        }
        boolean begun = "processing".equals(job.path("before").asText()) && !job.hasNonNull("provider_task_id");
        boolean simulated = job.at("/request/offers/0/simulated").asBoolean();
        if (job.path("claims").asInt() > attemptsMax) {
            throw Failure.of(
                    FailureCode.ASSET_INTERNAL,
                    "Asset request failed: given up after " + attemptsMax + " attempts; order it again");
        }
        if (begun && !simulated) {
            throw Failure.of(FailureCode.ASSET_INTERNAL, "Asset request failed: interrupted by restart");
        }
    }

    /** Leaves for the event what a refused request is told. */
    void describeSpentBudget(Exchange exchange) {
        exchange.setVariable(
                "outcome", mapper.createObjectNode().put("error", FailureCode.ASSET_BUDGET_EXCEEDED.sentence()));
    }

    /** Leaves for the event what a request is told that gets no place. */
    void describeNoPlace(Exchange exchange) {
        exchange.setVariable(
                "outcome", mapper.createObjectNode().put("error", FailureCode.ASSET_CONCURRENCY_LIMIT.sentence()));
    }

    /**
     * Puts the next offer into variable {@code offer}, and request and offer into the body. Variable {@code anew} says
     * whether it is the first one that makes the asset from scratch after adapting failed.
     */
    void takeNextOffer(Exchange exchange) {
        ArrayNode offers = (ArrayNode) Exchanges.json(exchange, "offers");
        int next = exchange.getVariable("nextOffer", Integer.class);
        exchange.setVariable("nextOffer", next + 1);
        JsonNode offer = offers.path(next);
        exchange.setVariable("offer", offer);
        exchange.setVariable("tier", offer.path("tier").asText());
        exchange.setVariable("kind", offer.path("kind").asText("generation"));
        exchange.setVariable("anew", HYBRID.equals(exchange.getVariable(STRATEGY, String.class)) && !adapts(offer));
        exchange.removeVariable(AdaptSteps.FILE);
        exchange.setVariable(
                "provider",
                offer.path("simulated").asBoolean()
                        ? "simulated"
                        : offer.path("provider").asText());
        ObjectNode document = mapper.createObjectNode();
        document.set("request", Exchanges.json(exchange, "request"));
        document.set("offer", offer);
        exchange.getMessage().setBody(document);
        Message message = exchange.getMessage();
        message.setHeader("generationProvider", offer.path("provider").asText());
        message.setHeader("generationCost", offer.path("price").asText());
    }

    /** Goes on after a provider failed, when another may help and there is one; else that is the job's failure. */
    void noteProviderFailure(Exchange exchange) {
        ProviderFailure failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, ProviderFailure.class);
        int next = exchange.getVariable("nextOffer", Integer.class);
        log.warn(
                "generation {}: {} failed: {}",
                exchange.getMessage().getHeader("generationId"),
                exchange.getVariable("provider"),
                failure.getMessage());
        // What a provider finds wrong with a stored asset says nothing against making one from scratch.
        boolean goesOn = failure.anotherMayHelp()
                || ("modification".equals(exchange.getVariable("kind", String.class))
                        && failure.code() != FailureCode.ASSET_CONTENT_REJECTED);
        if (!goesOn || next >= Exchanges.json(exchange, "offers").size()) {
            throw Failure.of(failure.code(), failure.getMessage());
        }
        exchange.setVariable("adaptationFailure", failure);
        exchange.setVariable("taskId", "");
        exchange.setVariable("stage", "");
        exchange.setVariable("degraded", "provider");
        exchange.getMessage().setHeader("generationTask", "");
        exchange.getMessage().setHeader("generationStage", "");
        exchange.getMessage().setHeader("generationFirstTask", "");
    }

    /** Reads from the body whether the generation may begin anew; if not, the adaptation's failure is its own. */
    void judgeAnew(Exchange exchange) {
        JsonNode answer = exchange.getMessage().getBody(JsonNode.class);
        if (!"anew".equals(answer.path("outcome").asText())) {
            ProviderFailure failure = exchange.getVariable("adaptationFailure", ProviderFailure.class);
            throw Failure.of(failure.code(), failure.getMessage());
        }
        exchange.setVariable(STRATEGY, "generation");
    }

    /** Binds what the row of a failed job says. What nobody expected is told to the log only. */
    void describeFailure(Exchange exchange) {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Failure failure = cause instanceof Failure decided
                ? decided
                : Failure.of(FailureCode.ASSET_INTERNAL, "Asset request failed: internal error");
        if (!(cause instanceof Failure)) {
            log.error("generation {} failed", exchange.getMessage().getHeader("generationId"), cause);
        }
        Message message = exchange.getMessage();
        message.setHeader("generationErrorType", errorType(failure.code()));
        message.setHeader("generationError", failure.getMessage());
        exchange.setVariable("outcome", mapper.createObjectNode().put("error", failure.getMessage()));
    }

    /** Throws what made the job in the body fail, in the words of its row. */
    void refuseFailed(Exchange exchange) {
        JsonNode job = exchange.getMessage().getBody(JsonNode.class).path("job");
        String type = job.path("error_type").asText(INTERNAL);
        FailureCode code = FailureCode.ASSET_INTERNAL;
        for (FailureCode known : FailureCode.values()) {
            if (known.name().equals("ASSET_" + type.toUpperCase(Locale.ROOT))) {
                code = known;
            }
        }
        Failure failure = Failure.of(code, job.path("error_message").asText("Asset request failed"));
        throw code == FailureCode.ASSET_PROVIDER_UNAVAILABLE ? failure.with(Map.of("Retry-After", "60")) : failure;
    }

    private static String errorType(FailureCode code) {
        return code == FailureCode.ASSET_INTERNAL
                ? INTERNAL
                : code.code().substring("asset-".length()).replace('-', '_');
    }
}
