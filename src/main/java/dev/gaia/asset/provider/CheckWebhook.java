package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step that checks a call-back of the provider in variable {@code sender}: signature over the bytes as they came, then
 * JSON by its type and its text, then the task's id, which is all that is taken over. Leaves it in variable
 * {@code newsTask}, and the answer in the body.
 */
final class CheckWebhook implements Processor {

    /** Variable with {@code {"task_id"}}. */
    private static final String TASK = "newsTask";

    private static final Logger log = LoggerFactory.getLogger(CheckWebhook.class);

    private final WebhookSettings settings;
    private final boolean production;
    private final ObjectMapper mapper;

    CheckWebhook(WebhookSettings settings, boolean production, ObjectMapper mapper) {
        this.settings = settings;
        this.production = production;
        this.mapper = mapper;
    }

    /** How one provider names a task, what the answer calls it, and what is said without one. */
    private record Words(List<String> fields, String answered, String missing) {}

    private static final Map<String, Words> WORDS = Map.of(
            "meshy", new Words(List.of("task_id", "id"), "task_id", "Missing task_id"),
            "midjourney", new Words(List.of("id"), "job_id", "Missing job id"),
            "mubert", new Words(List.of("id"), "task_id", "Missing task id"));

    @Override
    public void process(Exchange exchange) {
        String sender = exchange.getVariable("sender", String.class);
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        checkSignature(sender, message.getHeader("gaia-" + sender + "-signature", "", String.class), body);
        requireJson(message.getHeader(Exchange.CONTENT_TYPE, "", String.class));
        Words words = WORDS.get(sender);
        String id = taskId(words, body);
        exchange.setVariable(TASK, mapper.createObjectNode().put("task_id", id));
        message.setBody(mapper.createObjectNode().put("status", "received").put(words.answered(), id));
    }

    private void checkSignature(String sender, String signature, byte[] body) {
        String secret = settings.secret(sender);
        if (secret.isEmpty()) {
            if (production) {
                throw Failure.of(
                        FailureCode.ASSET_PROVIDER_NOT_CONFIGURED, "Webhook secret of " + sender + " not configured");
            }
            log.warn("a call-back of {} was taken without a signature, since no secret is set", sender);
            return;
        }
        String right = "sha256=" + hmac(secret, body);
        boolean equal = MessageDigest.isEqual(
                right.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
        if (!equal) {
            throw Failure.of(FailureCode.ASSET_INVALID_SIGNATURE);
        }
    }

    /** Nothing said about it is well; anything else is not what providers send. */
    private static void requireJson(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!type.isEmpty() && !type.equals("application/json") && !type.endsWith("+json")) {
            throw Failure.of(FailureCode.ASSET_BAD_REQUEST, "Invalid JSON payload");
        }
    }

    private String taskId(Words words, byte[] body) {
        JsonNode news;
        try {
            news = mapper.readTree(body);
        } catch (IOException e) {
            throw Failure.of(FailureCode.ASSET_BAD_REQUEST, "Invalid JSON payload");
        }
        if (news == null || !news.isObject()) {
            throw Failure.of(FailureCode.ASSET_BAD_REQUEST, "Invalid JSON payload");
        }
        return words.fields().stream()
                .map(field -> news.path(field).asText(""))
                .filter(text -> !text.isBlank() && text.length() <= 255)
                .findFirst()
                .orElseThrow(() -> Failure.of(FailureCode.ASSET_BAD_REQUEST, words.missing()));
    }

    private static String hmac(String secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
