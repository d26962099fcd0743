package dev.gaia.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.image.Pictures;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** Requests made from a document: its examples, and what is wrong in one place. */
final class ContractSamples {

    private static final String BOUNDARY = "----part-of-the-test";
    private static final AtomicInteger COLOURS = new AtomicInteger();

    /** What the documents leave open. */
    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("query", "lighthouse"),
            Map.entry("provider", "claude"),
            Map.entry("style_tags", "realistic"),
            Map.entry("source", "openai"),
            Map.entry("user_id", "somebody"),
            Map.entry("activity", "vr"),
            Map.entry("message", "Hello"),
            Map.entry("max_response_time_ms", "3000"),
            Map.entry("capability", "vision"),
            Map.entry("quality", "hd"),
            Map.entry("start_date", "2026-11-01"),
            Map.entry("end_date", "2026-11-28"),
            Map.entry("month", "2026-11"),
            Map.entry("Prefer", "respond-async"));

    private final Map<String, String> ids;

    /** @param ids values of parameters that name something that is there */
    ContractSamples(Map<String, String> ids) {
        this.ids = ids;
    }

    /** Every example request; where an operation has none, one made of its parameters; and each as a stream. */
    List<ContractRequest> good(ContractOperation operation) {
        ContractRequest start = ContractRequest.of(operation);
        ContractRequest full = start.label("with every parameter");
        boolean optional = false;
        for (JsonNode parameter : operation.parameters()) {
            boolean shown = parameter.path("required").asBoolean() || parameter.has("example");
            optional |= !shown;
            start = shown ? with(start, parameter) : start;
            full = with(full, parameter);
        }
        List<ContractRequest> requests = new ArrayList<>();
        for (var example : operation.examples().entrySet()) {
            requests.add(start.label(example.getKey()).json(example.getValue().toString()));
            if (operation.streams() && !operation.onlyStreams()) {
                ObjectNode streamed = example.getValue().deepCopy();
                streamed.put("stream", true);
                requests.add(start.label(example.getKey() + ", streamed").json(streamed.toString()));
            }
        }
        operation.body("multipart/form-data").ifPresent(form -> requests.add(form(ContractRequest.of(operation))));
        if (requests.isEmpty()) {
            requests.add(start);
        }
        if (optional) {
            ContractRequest whole = full;
            requests.add(requests.getFirst()
                    .body()
                    .map(body -> whole.body(body, requests.getFirst().contentType()))
                    .orElse(whole));
        }
        return requests;
    }

    private ContractRequest with(ContractRequest request, JsonNode parameter) {
        String name = parameter.path("name").asText();
        String value = value(request.operation(), parameter);
        return switch (parameter.path("in").asText()) {
            case "path" -> request.path(name, value);
            case "query" -> request.query(name, value);
            default -> name.startsWith("x-") ? request : request.header(name, value);
        };
    }

    private String value(ContractOperation operation, JsonNode parameter) {
        String name = parameter.path("name").asText();
        JsonNode schema = operation.document().resolve(parameter.path("schema"));
        if (ids.containsKey(name)) {
            return ids.get(name);
        } else if (parameter.has("example")) {
            return parameter.path("example").asText();
        } else if (schema.has("examples")) {
            return schema.at("/examples/0").asText();
        } else if (schema.has("enum")) {
            return schema.at("/enum/0").asText();
        } else if (VALUES.containsKey(name)) {
            return VALUES.get(name);
        }
        return schema.path("default").asText(UUID.randomUUID().toString());
    }

    private static ContractRequest form(ContractRequest request) {
        byte[] picture = Pictures.plain(new Color(COLOURS.incrementAndGet()), 64, 32);
        return form(request, "picture.png", picture).label("a picture");
    }

    private static ContractRequest form(ContractRequest request, String filename, byte[] file) {
        var body = new ByteArrayOutputStream();
        Map.of("title", "A picture", "description", "Of one colour", "category", "image", "style_tags", "plain")
                .forEach((name, value) -> write(
                        body,
                        "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value
                                + "\r\n"));
        write(
                body,
                "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + filename
                        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
        body.writeBytes(file);
        write(body, "\r\n--" + BOUNDARY + "--\r\n");
        return request.body(body.toByteArray(), "multipart/form-data; boundary=" + BOUNDARY);
    }

    private static void write(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bodies that are no JSON object. */
    List<ContractRequest> withoutObject(ContractOperation operation) {
        if (!operation.takesJson() || !operation.requiresBody()) {
            return List.of();
        }
        ContractRequest good = good(operation).getFirst();
        return List.of(
                good.label("broken JSON").json("{\"message\": "),
                good.label("a list").json("[]"),
                good.label("a text").json("\"hello\""),
                good.label("an empty body").json(""));
    }

    /** Each required field left out. */
    List<ContractRequest> incomplete(ContractOperation operation) {
        List<ContractRequest> requests = new ArrayList<>();
        ContractRequest good = good(operation).getFirst();
        for (JsonNode parameter : operation.parameters()) {
            String name = parameter.path("name").asText();
            if ("query".equals(parameter.path("in").asText())
                    && parameter.path("required").asBoolean()) {
                requests.add(good.withoutQuery(name).label("without " + name));
            }
        }
        if (operation.takesJson()) {
            operation.bodySchema().path("required").forEach(field -> {
                ObjectNode body = example(operation);
                body.remove(field.asText());
                requests.add(good.label("without " + field.asText()).json(body.toString()));
            });
        } else {
            operation.body("multipart/form-data").ifPresent(form -> {
                requests.add(good.label("an empty form")
                        .body(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII), good.contentType()));
                requests.add(form(good, "tool.exe", new byte[] {'M', 'Z'}).label("a program"));
                requests.add(form(good, "fake.png", new byte[] {'M', 'Z'}).label("a program that is called a picture"));
            });
        }
        return requests;
    }

    /** Each field and each parameter once of another type, or out of bounds. */
    List<ContractRequest> odd(ContractOperation operation) {
        List<ContractRequest> requests = new ArrayList<>();
        ContractRequest good = good(operation).getFirst();
        for (JsonNode parameter : operation.parameters()) {
            String name = parameter.path("name").asText();
            JsonNode schema = operation.document().resolve(parameter.path("schema"));
            if (!"query".equals(parameter.path("in").asText())) {
                continue;
            }
            if (schema.has("enum") || !"string".equals(schema.path("type").asText())) {
                requests.add(good.query(name, "of-no-kind").label(name + " of no kind"));
            }
            if (schema.has("minimum")) {
                requests.add(good.query(name, "-1").label(name + " below its bound"));
            }
            if (schema.has("maximum")) {
                requests.add(good.query(name, "1000000").label(name + " above its bound"));
            }
            requests.add(good.query(name, "").label(name + " empty"));
            requests.add(good.query(name, "' or 1=1 -- \u00e4\ud83c\udf88").label(name + " of odd characters"));
        }
        if (operation.takesJson()) {
            operation.bodySchema().path("properties").fieldNames().forEachRemaining(field -> {
                for (String value : List.of("{\"of\":\"no kind\"}", "null")) {
                    ObjectNode body = example(operation);
                    body.putRawValue(field, new com.fasterxml.jackson.databind.util.RawValue(value));
                    requests.add(good.label(field + " is " + value).json(body.toString()));
                }
            });
        }
        return requests;
    }

    /** Ids in the path that name nothing. */
    List<ContractRequest> unknown(ContractOperation operation) {
        List<ContractRequest> requests = new ArrayList<>();
        for (JsonNode parameter : operation.parameters()) {
            if ("path".equals(parameter.path("in").asText())) {
                String name = parameter.path("name").asText();
                ContractRequest good = good(operation).getFirst();
                requests.add(good.path(name, UUID.randomUUID().toString()).label("an unknown " + name));
                requests.add(good.path(name, "of-no-kind").label(name + " of no kind"));
            }
        }
        return requests;
    }

    /** Requests whose words make every model fail. */
    List<ContractRequest> hopeless(ContractOperation operation) {
        if (!operation.takesJson()
                || !operation.path().contains("/chat")
                || !operation.bodySchema().path("properties").has("message")) {
            return List.of();
        }
        return good(operation).stream()
                .filter(request -> request.body().isPresent() && request.query().isEmpty())
                .map(request -> request.json(
                        request.text().replaceFirst("(\"(?:message|content)\":\")(?!Be brief)", "$1fake-error-500 ")))
                .toList();
    }

    private static ObjectNode example(ContractOperation operation) {
        return operation.examples().values().iterator().next().deepCopy();
    }
}
