package dev.gaia.asset.provider;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.store.ContentTypes;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.chat.provider.RetryHint;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Calls of asset providers: JSON or a form there, JSON back, in the few words of failure that decide what happens next.
 * Creating something is repeated only when it surely was not begun; a question may be asked again.
 */
final class ProviderHttp {

    private static final int FAILURES_MAX = 2;
    private static final int BUSY_MAX = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final HttpClient client;
    private final ProviderSettings settings;
    private final ObjectMapper reader;
    private final long answerMaxBytes;
    private final Duration firstPause;
    private final int failuresMax;
    private final int busyMax;

    ProviderHttp(ProviderSettings settings, ObjectMapper mapper, long answerMaxBytes, Duration firstPause) {
        this(settings, mapper, answerMaxBytes, firstPause, FAILURES_MAX, BUSY_MAX);
    }

    /** For callers who do not wait: nothing is repeated. */
    static ProviderHttp once(ProviderSettings settings, ObjectMapper mapper, long answerMaxBytes) {
        return new ProviderHttp(settings, mapper, answerMaxBytes, FIRST_PAUSE, 0, 0);
    }

    private ProviderHttp(
            ProviderSettings settings,
            ObjectMapper mapper,
            long answerMaxBytes,
            Duration firstPause,
            int failuresMax,
            int busyMax) {
        this.failuresMax = failuresMax;
        this.busyMax = busyMax;
        this.settings = settings;
        this.reader = reader(mapper, answerMaxBytes);
        this.answerMaxBytes = answerMaxBytes;
        this.firstPause = firstPause.compareTo(FIRST_PAUSE) > 0 ? FIRST_PAUSE : firstPause;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** Jackson by itself takes no text above 20 million characters, and a file may come as one. */
    private static ObjectMapper reader(ObjectMapper mapper, long answerMaxBytes) {
        var bounds = StreamReadConstraints.builder()
                .maxStringLength((int) Math.min(Integer.MAX_VALUE, answerMaxBytes))
                .build();
        return mapper.copyWith(
                mapper.getFactory().rebuild().streamReadConstraints(bounds).build());
    }

    /**
     * One call.
     *
     * @param provider name below {@code gaia.provider.endpoints}
     * @param title of the provider, for people
     * @param path below its base URL
     * @param headers beside the key
     * @param form whether the body goes as multipart/form-data
     * @param body what is sent with POST; a missing node means GET. An object {@code {"file": "base"}} in it stands
     *     for the base: a file in a form, a data address in JSON
     * @param base the file of the asset that is adapted
     */
    record Call(
            String provider,
            String title,
            String path,
            String keyHeader,
            Map<String, String> headers,
            boolean form,
            JsonNode body,
            Optional<BaseFile> base,
            Duration timeout) {

        boolean creates() {
            return !body.isMissingNode();
        }
    }

    JsonNode send(Call call) throws ProviderFailure, InterruptedException {
        HttpRequest request = request(call);
        int failures = 0;
        int busy = 0;
        while (true) {
            try {
                HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                JsonNode body = read(call, response);
                int status = response.statusCode();
                if (status >= 200 && status < 300) {
                    return body;
                }
                boolean overloaded = status == 429 || status == 503;
                if ((status == 429 && busy++ < busyMax) || (status == 503 && failures++ < failuresMax)) {
                    pause(response, busy + failures);
                } else if (status >= 500 && !overloaded && !call.creates() && failures++ < failuresMax) {
                    pause(response, failures);
                } else {
                    throw failure(call, status, body);
                }
            } catch (HttpConnectTimeoutException | ConnectException e) {
                if (failures++ >= failuresMax) {
                    throw ProviderFailure.unavailable(call.title() + " provider unavailable");
                }
                pause(failures);
            } catch (HttpTimeoutException e) {
                throw ProviderFailure.timedOut(call.title() + " did not answer within "
                        + call.timeout().toSeconds() + " s");
            } catch (IOException e) {
                if (call.creates() || failures++ >= failuresMax) {
                    throw ProviderFailure.unavailable(call.title() + " provider unavailable");
                }
                pause(failures);
            }
        }
    }

    private HttpRequest request(Call call) {
        var endpoint = settings.endpoints().get(call.provider());
        String base = endpoint.baseUrl().toString();
        URI folder = URI.create(base.endsWith("/") ? base : base + "/");
        var request = HttpRequest.newBuilder(folder.resolve(call.path()))
                .timeout(call.timeout())
                .header("Accept", "application/json")
                .header("User-Agent", settings.userAgent());
        endpoint.keys().stream()
                .findFirst()
                .ifPresent(key -> request.header(
                        call.keyHeader(),
                        "Authorization".equalsIgnoreCase(call.keyHeader()) ? scheme(call) + key : key));
        call.headers().forEach(request::header);
        if (!call.creates()) {
            return request.GET().build();
        }
        if (call.form()) {
            String boundary = "gaia-" + UUID.randomUUID();
            return request.header("Content-Type", "multipart/form-data; boundary=" + boundary)
                    .POST(HttpRequest.BodyPublishers.ofByteArrays(form(call, boundary)))
                    .build();
        }
        return request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json(call)))
                .build();
    }

    private static String scheme(Call call) {
        return "freesound".equals(call.provider()) ? "Token " : "Bearer ";
    }

    /** A value cannot hold the boundary, which is made anew for each form. */
    private static List<byte[]> form(Call call, String boundary) {
        List<byte[]> form = new ArrayList<>();
        call.body().properties().forEach(field -> {
            String head = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + field.getKey() + "\"";
            if (isBase(field.getValue())) {
                BaseFile base = call.base().orElseThrow();
                form.add(utf8(head + "; filename=\"base." + base.format() + "\"\r\nContent-Type: "
                        + ContentTypes.of(base.format()) + "\r\n\r\n"));
                form.add(base.bytes());
                form.add(utf8("\r\n"));
            } else if (!field.getValue().isNull()) {
                form.add(utf8(head + "\r\n\r\n" + field.getValue().asText() + "\r\n"));
            }
        });
        form.add(utf8("--" + boundary + "--\r\n"));
        return form;
    }

    private static String json(Call call) {
        if (!call.body().isObject() || call.base().isEmpty()) {
            return call.body().toString();
        }
        ObjectNode body = call.body().deepCopy();
        call.body().properties().forEach(field -> {
            if (isBase(field.getValue())) {
                body.put(
                        field.getKey(),
                        "data:application/octet-stream;base64,"
                                + Base64.getEncoder()
                                        .encodeToString(call.base().get().bytes()));
            }
        });
        return body.toString();
    }

    private static boolean isBase(JsonNode value) {
        return "base".equals(value.path("file").asText());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode read(Call call, HttpResponse<InputStream> response) throws IOException, ProviderFailure {
        try (InputStream body = response.body()) {
            // The time limit of a request ends with the head of its answer; a body that stalls is closed.
            CompletableFuture.delayedExecutor(call.timeout().toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> close(body));
            byte[] bytes = body.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, answerMaxBytes + 1));
            if (bytes.length > answerMaxBytes) {
                throw ProviderFailure.failed(call.title() + " sent more than can be kept");
            }
            JsonNode document = parse(bytes);
            if (document.isMissingNode() && response.statusCode() < 300) {
                throw ProviderFailure.failed(call.title() + " sent no JSON");
            }
            return document;
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Whoever reads it learns that.
        }
    }

    private JsonNode parse(byte[] bytes) {
        try {
            JsonNode document = reader.readTree(bytes);
            return document == null ? MissingNode.getInstance() : document;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static ProviderFailure failure(Call call, int status, JsonNode body) {
        if (refusesContent(body)) {
            return ProviderFailure.rejected("content rejected by provider");
        }
        return switch (status) {
            case 401, 402, 403, 429 -> ProviderFailure.unavailable(call.title() + " provider unavailable");
            default ->
                status >= 500
                        ? ProviderFailure.failed(call.title() + " API error: " + status)
                        : ProviderFailure.refused(call.title() + " API error: " + status, status);
        };
    }

    /** As OpenAI and Stability say it (read in November 2026). */
    private static boolean refusesContent(JsonNode body) {
        String code = body.at("/error/code").asText(body.path("name").asText());
        return code.equals("moderation_blocked")
                || code.equals("content_policy_violation")
                || code.equals("content_moderation");
    }

    private void pause(HttpResponse<?> response, int attempt) throws InterruptedException {
        Optional<Duration> wanted = RetryHint.of(response.headers()::firstValue, Instant.now());
        if (wanted.isPresent()) {
            TimeUnit.MILLISECONDS.sleep(Math.min(wanted.get().toMillis(), LONGEST_PAUSE.toMillis()));
        } else {
            pause(attempt);
        }
    }

    private void pause(int attempt) throws InterruptedException {
        long longest = firstPause.toMillis() << Math.min(attempt, 5);
        TimeUnit.MILLISECONDS.sleep(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    }
}
