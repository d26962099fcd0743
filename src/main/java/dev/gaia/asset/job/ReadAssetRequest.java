package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.Exchanges;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Step that reads a request for an asset. Leaves the normal form in variable {@code request}, says in
 * {@code respondAsync} how the caller wants to be answered, and binds a new generation for the statements.
 */
final class ReadAssetRequest implements Processor {

    private static final String PREFER = "gaia-prefer";
    private static final String KEY = "gaia-idempotency-key";
    private static final int KEY_LENGTH_MAX = 128;
    private static final Pattern WAIT = Pattern.compile("\\bwait\\s*=\\s*(\\d{1,5})\\b", Pattern.CASE_INSENSITIVE);

    private final AssetSettings settings;
    private final ObjectMapper mapper;
    private final boolean generating;

    /** @param generating whether the entrance is the one that always generates */
    ReadAssetRequest(AssetSettings settings, ObjectMapper mapper, boolean generating) {
        this.settings = settings;
        this.mapper = mapper;
        this.generating = generating;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Message message = exchange.getMessage();
        JsonNode body = mapper.readTree(message.getBody(byte[].class));
        ObjectNode request = AssetRequest.normalise(body, settings.generationMaxCost(), generating);
        String key = key(message);
        String hash = sha256(request.toString() + generating);
        if (request.path("session_id").isNull()) {
            request.put("session_id", UUID.randomUUID().toString());
        }
        request.put("entrance", generating ? "generate" : "request");
        exchange.setVariable("request", request);
        exchange.setVariable("respondAsync", asynchronous(message));
        waitSeconds(message)
                .ifPresent(seconds -> exchange.setVariable("waitMillis", TimeUnit.SECONDS.toMillis(seconds)));
        exchange.setVariable(
                "searchStored",
                Stream.of("allow_database", "allow_modifications", "allow_external")
                        .anyMatch(name -> request.path("preferences").path(name).asBoolean()));
        message.setHeader("assetUser", Exchanges.user(exchange));
        message.setHeader("assetCategory", request.path("category").asText());
        message.setHeader("generationId", UUID.randomUUID().toString());
        message.setHeader("generationSession", request.path("session_id").asText());
        message.setHeader("generationKey", key);
        message.setHeader("generationHash", hash);
    }

    private static String key(Message message) {
        Object key = message.getHeader(KEY);
        if (key == null) {
            return "";
        }
        String text = key.toString();
        if (text.isEmpty() || text.length() > KEY_LENGTH_MAX) {
            throw Failure.invalid(
                    FailureCode.ASSET_INVALID_REQUEST,
                    List.of(new Issue(
                            "string_length",
                            List.of("header", "Idempotency-Key"),
                            "Idempotency-Key should be given once, with 1 to " + KEY_LENGTH_MAX + " characters")));
        }
        return text;
    }

    private static boolean asynchronous(Message message) {
        for (String part : message.getHeader(PREFER, "", String.class).split("[,;]", -1)) {
            if ("respond-async".equalsIgnoreCase(part.strip())) {
                return true;
            }
        }
        return false;
    }

    /** How long the caller wants to wait for the asset before the generation is answered in its place (RFC 7240). */
    private static OptionalLong waitSeconds(Message message) {
        var wait = WAIT.matcher(message.getHeader(PREFER, "", String.class));
        return wait.find() ? OptionalLong.of(Long.parseLong(wait.group(1))) : OptionalLong.empty();
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
