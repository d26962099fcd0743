package dev.gaia.contract;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One request to send.
 *
 * @param label what is special about it
 * @param contentType of the body; empty without one
 */
record ContractRequest(
        ContractOperation operation,
        String label,
        Map<String, String> path,
        Map<String, String> query,
        Map<String, String> headers,
        Optional<byte[]> body,
        String contentType) {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    static ContractRequest of(ContractOperation operation) {
        return new ContractRequest(operation, "as it is", Map.of(), Map.of(), Map.of(), Optional.empty(), "");
    }

    ContractRequest label(String label) {
        return new ContractRequest(operation, label, path, query, headers, body, contentType);
    }

    ContractRequest path(String name, String value) {
        return new ContractRequest(operation, label, with(path, name, value), query, headers, body, contentType);
    }

    ContractRequest query(String name, String value) {
        return new ContractRequest(operation, label, path, with(query, name, value), headers, body, contentType);
    }

    ContractRequest withoutQuery(String name) {
        Map<String, String> rest = new LinkedHashMap<>(query);
        rest.remove(name);
        return new ContractRequest(operation, label, path, rest, headers, body, contentType);
    }

    ContractRequest header(String name, String value) {
        return new ContractRequest(operation, label, path, query, with(headers, name, value), body, contentType);
    }

    ContractRequest json(String json) {
        return body(json.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    ContractRequest body(byte[] bytes, String type) {
        return new ContractRequest(operation, label, path, query, headers, Optional.of(bytes), type);
    }

    private static Map<String, String> with(Map<String, String> values, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return more;
    }

    HttpRequest to(String baseUrl) {
        String target = operation.path();
        for (var part : path.entrySet()) {
            target = target.replace("{" + part.getKey() + "}", encoded(part.getValue()));
        }
        String search = query.entrySet().stream()
                .map(part -> part.getKey() + "=" + encoded(part.getValue()))
                .collect(Collectors.joining("&"));
        var request = HttpRequest.newBuilder(URI.create(baseUrl + target + (search.isEmpty() ? "" : "?" + search)))
                .timeout(TIMEOUT)
                .method(
                        operation.method(),
                        body.map(BodyPublishers::ofByteArray).orElse(BodyPublishers.noBody()));
        headers.forEach(request::header);
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        return request.build();
    }

    /** The body as text. */
    String text() {
        return body.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return operation + ", " + label;
    }
}
