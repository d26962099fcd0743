package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps that call the provider which the template's variables describe: {@code providerName}, {@code providerPath} (with
 * {@code {task}} for the id of a task), {@code providerKeyHeader}, {@code providerHeaders}, {@code providerForm} and
 * {@code providerTimeout} in seconds.
 */
final class CallProvider {

    private static final Logger log = LoggerFactory.getLogger(CallProvider.class);
    /** True from the first request on that may be paid. */
    private static final String ASKED = "asked";

    private static final String TROUBLE = "providerTrouble";
    private static final Duration QUESTION_TIMEOUT = Duration.ofSeconds(30);

    private final ProviderHttp http;
    private final AssetProviders providers;

    CallProvider(ProviderHttp http, AssetProviders providers) {
        this.http = http;
        this.providers = providers;
    }

    /** Sends the body and leaves the answer; sets variable {@code asked}. */
    void create(Exchange exchange) throws ProviderFailure, InterruptedException {
        JsonNode body = exchange.getMessage().getBody(JsonNode.class);
        long seconds = Long.parseLong(text(exchange, "providerTimeout"));
        exchange.setVariable(ASKED, true);
        exchange.getMessage().setBody(http.send(call(exchange, body, Duration.ofSeconds(seconds))));
    }

    /**
     * Asks how the task in variable {@code taskId} is. A question without an answer is no answer: the task runs on and is
     * paid, so only its time limit ends it.
     */
    void ask(Exchange exchange) throws InterruptedException {
        try {
            exchange.getMessage().setBody(http.send(call(exchange, MissingNode.getInstance(), QUESTION_TIMEOUT)));
        } catch (ProviderFailure e) {
            log.warn("no news of a task of {}: {}", text(exchange, "providerName"), e.getMessage());
            exchange.getMessage().setBody(JsonNodeFactory.instance.objectNode());
        }
    }

    /**
     * Keeps what a circuit breaker leaves over: the failure itself, or that nobody was asked. {@link #raise} throws it
     * behind the breaker, without the mark of the fallback, with which no {@code doCatch} would take it.
     */
    void keepTrouble(Exchange exchange) {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String title = providers.table().named(text(exchange, "providerName")).title();
        exchange.setVariable(
                TROUBLE, cause == null ? ProviderFailure.unavailable(title + " provider unavailable") : cause);
    }

    /** Throws what the step before had kept. */
    void raise(Exchange exchange) throws Exception {
        Exception trouble = exchange.getVariable(TROUBLE, Exception.class);
        if (trouble != null) {
            exchange.removeVariable(TROUBLE);
            exchange.removeProperty(ExchangePropertyKey.EXCEPTION_HANDLED);
            throw trouble;
        }
    }

    private ProviderHttp.Call call(Exchange exchange, JsonNode body, Duration timeout) {
        String name = text(exchange, "providerName");
        String task = exchange.getVariable("taskId", "", String.class);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : text(exchange, "providerHeaders").split(",", -1)) {
            int equals = header.indexOf('=');
            if (equals > 0 && equals < header.length() - 1) {
                headers.put(
                        header.substring(0, equals).strip(),
                        header.substring(equals + 1).strip());
            }
        }
        return new ProviderHttp.Call(
                name,
                providers.table().named(name).title(),
                text(exchange, "providerPath").replace("{task}", URLEncoder.encode(task, StandardCharsets.UTF_8)),
                text(exchange, "providerKeyHeader"),
                headers,
                "true".equals(text(exchange, "providerForm")),
                body,
                Optional.ofNullable(exchange.getVariable("baseFile", BaseFile.class)),
                timeout);
    }

    private static String text(Exchange exchange, String variable) {
        return exchange.getVariable(variable, "", String.class);
    }

    /** The answer of a provider in the neutral form; refuses one that brought nothing. */
    void require(Exchange exchange) throws ProviderFailure {
        JsonNode result = exchange.getMessage().getBody(JsonNode.class);
        String title = providers.table().named(text(exchange, "providerName")).title();
        switch (result.path("state").asText()) {
            case "rejected" -> throw ProviderFailure.rejected("content rejected by provider");
            case "failed" -> throw ProviderFailure.failed(title + " task failed");
            default -> {
                boolean file = result.at("/file/base64").isTextual()
                        || result.at("/file/url").isTextual();
                if (!file) {
                    throw ProviderFailure.failed(title + " sent no file");
                }
            }
        }
    }
}
