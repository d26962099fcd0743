package dev.gaia.chat.attempt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.gaia.chat.attempt.AttemptPlan.Ask;
import dev.gaia.chat.attempt.Candidate.Prefill;
import dev.gaia.chat.catalogue.TokenEstimate;
import dev.gaia.chat.provider.ProviderFailure;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import dev.gaia.chat.rescue.Continuation;
import dev.gaia.chat.rescue.RescueSettings;
import dev.gaia.chat.rescue.Seam;
import dev.gaia.mapping.JsonStream;
import java.util.Optional;
import org.apache.camel.Exchange;

/** The steps of {@code chat-rescue}: who goes on with a stream that broke off, how it is asked, what came of it. */
final class RescueSteps {

    /** Exchange variable: what broke off, {@link Broken}. */
    static final String BROKEN = "broken";

    /** Exchange variable: what goes on, {@link Resumed}. */
    static final String RESUMED = "resumed";

    /** Exchange variable: what the next model is given, JSON; see {@link Continuation}. */
    static final String CONTINUATION = "continuation";

    private static final String CALL = "call";
    private static final int REMEMBERED_MAX = 1_000;
    /** How often the time in which it must be clear where a text joins is looked at, while nothing comes. */
    private static final int LOOKS = 32;

    private final CallSource source;
    private final CallTimes times;
    private final RescueSettings settings;
    /** Routes that refused to be given the beginning of an answer. */
    private final Cache<String, Boolean> refusing;

    /**
     * What broke off.
     *
     * @param call as it was asked, in the neutral form
     * @param delivered text the client has
     * @param tokens of that text
     */
    record Broken(ObjectNode call, String delivered, long tokens) {}

    /**
     * What goes on, and how it was asked to.
     *
     * @param call as it was asked, in the neutral form
     */
    record Resumed(JsonStream stream, Seam.Mode mode, ObjectNode call) {}

    RescueSteps(CallSource source, CallTimes times, RescueSettings settings) {
        this.source = source;
        this.times = times;
        this.settings = settings;
        this.refusing = Caffeine.newBuilder()
                .maximumSize(REMEMBERED_MAX)
                .expireAfterWrite(settings.prefillMemory())
                .build();
    }

    /**
     * Takes the next candidate, or after its refusal the same one in the other mode, and says what it is given.
     *
     * @throws ProviderFailure when nobody is left
     */
    void takeSuccessor(Exchange exchange) throws ProviderFailure {
        var call = AttemptSteps.call(exchange);
        var broken = exchange.getVariable(BROKEN, Broken.class);
        long now = System.nanoTime();
        requireTime(call, broken, now);
        var before = exchange.getVariable(CONTINUATION, ObjectNode.class);
        var failed =
                before != null && exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof ProviderFailure failure
                        ? Optional.of(failure)
                        : Optional.<ProviderFailure>empty();
        boolean refused = failed.filter(failure -> failure.kind() == Kind.PREFILL_REFUSED)
                .filter(failure -> Continuation.prefilled(before))
                .isPresent();
        if (refused) {
            refusing.put(call.candidate().key(), true);
        }
        boolean stale = failed.filter(failure -> failure.kind() == Kind.CONNECT)
                .filter(failure -> failure.details().has(Sign.REUSED_CONNECTION))
                .isPresent();
        long tokens = TokenEstimate.ofCall(broken.call()) + TokenEstimate.of(broken.delivered());
        boolean keyRefused =
                failed.filter(failure -> failure.kind() == Kind.AUTH).isPresent();
        Optional<Ask> ask = refused || stale
                ? call.plan().sameSuccessor(stale, now)
                : keyRefused ? call.plan().sameWithOtherKey(now) : Optional.empty();
        var taken = ask.or(() -> call.plan().successor(tokens, now))
                .orElseThrow(() -> new ProviderFailure(Kind.BROKEN, "nobody is left to go on with the answer"));
        times.continuation(exchange, call, taken, settings.unclearMax().dividedBy(LOOKS));
        try {
            give(exchange, call, broken, taken, refused && ask.isPresent());
        } catch (RuntimeException | Error defect) {
            // Nobody judges what was not asked, and the leave would be out for ever.
            call.defective();
            throw defect;
        }
    }

    /** Makes the candidate the one that is asked, and says what it is given. */
    private void give(Exchange exchange, ModelCall call, Broken broken, Ask taken, boolean prefillRefused) {
        var mode = prefillRefused || thinks(broken.call()) ? Prefill.NONE : mode(taken.candidate());
        exchange.setVariable(CALL, broken.call().deepCopy());
        source.choose(exchange, taken.candidate(), call.fallback(), Optional.empty());
        var left = Continuation.tokensLeft(broken.call(), source.call(exchange), broken.tokens());
        exchange.setVariable(
                CONTINUATION, Continuation.document(broken.delivered(), word(mode), settings.instruction(), left));
        exchange.getMessage().setBody(source.call(exchange));
    }

    /** The time that must be left for every model that is asked to go on, not only for the first one. */
    private void requireTime(ModelCall call, Broken broken, long now) throws ProviderFailure {
        long least = broken.delivered().isEmpty() ? 0 : settings.timeLeftMin().toNanos();
        if (call.deadlines().endBy() - now < least) {
            throw new ProviderFailure(Kind.BROKEN, "no time is left to go on with the answer");
        }
    }

    /** A model that is told to think refuses to be given the beginning of its answer (failures 11.3). */
    private static boolean thinks(ObjectNode call) {
        return !"disabled".equals(call.at("/anthropic/thinking/type").asText("disabled"));
    }

    private Prefill mode(Candidate candidate) {
        return refusing.getIfPresent(candidate.key()) != null
                ? Prefill.NONE
                : candidate.traits().prefill();
    }

    private static String word(Prefill prefill) {
        return switch (prefill) {
            case NATIVE -> "prefill";
            case FLAG -> "flag";
            case PREFIX -> "prefix";
            case NONE -> Continuation.INSTRUCTION;
        };
    }

    /** Keeps the call to be made, the body, where {@code chat-attempt} takes it. */
    void keepContinuation(Exchange exchange) {
        exchange.setVariable(CALL, exchange.getMessage().getBody(ObjectNode.class));
    }

    /** Takes the stream in the body for what goes on. */
    void acceptSuccessor(Exchange exchange) {
        var mode = Continuation.INSTRUCTION.equals(exchange.getVariable(CONTINUATION, ObjectNode.class)
                        .path("mode")
                        .asText())
                ? Seam.Mode.INSTRUCTION
                : Seam.Mode.PREFILL;
        var stream = exchange.getMessage().getBody(JsonStream.class);
        exchange.setVariable(RESUMED, new Resumed(stream, mode, source.call(exchange)));
        exchange.setVariable(AttemptSteps.PENDING, false);
    }

    /** Judges why a successor has no answer; the caller's leaving and defects end the rescue. */
    void judgeSuccessor(Exchange exchange) throws Exception {
        var call = AttemptSteps.call(exchange);
        var nothing = JsonNodeFactory.instance.objectNode();
        if (exchange.getProperty(Exchange.EXCEPTION_CAUGHT) instanceof ProviderFailure failure) {
            call.failed(failure, nothing, false);
            if (failure.kind() == Kind.REFUSAL) {
                throw failure;
            }
            return;
        }
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (cause instanceof InterruptedException) {
            call.left(nothing, false);
        } else {
            call.released("local", Optional.of("gateway"), nothing, false);
        }
        throw cause;
    }
}
