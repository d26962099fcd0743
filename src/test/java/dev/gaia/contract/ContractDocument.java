package dev.gaia.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.RequestValidator;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import io.vertx.openapi.validation.ValidatorException;
import io.vertx.openapi.validation.impl.RequestParameterImpl;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.yaml.snakeyaml.Yaml;

/**
 * A published document, read and asked through vertx-openapi. That refuses documents with types of content it does not
 * know, so it sees event streams in a copy of their own, in which a stream's operation answers with one frame.
 */
public final class ContractDocument {

    /** Reads and checks; lives as long as the JVM. */
    private static final Vertx VERTX = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final String JSON = "application/json";
    private static final String STREAM = "text/event-stream";

    /** decisions 19. */
    private static final String NOT_SENT = "Connection";

    private final JsonNode model;
    private final RequestValidator requests;
    private final ResponseValidator answers;
    private final ResponseValidator frames;

    private ContractDocument(JsonNode model) {
        this.model = model;
        OpenAPIContract contract = contract(withoutStreams());
        requests = RequestValidator.create(VERTX, contract);
        answers = ResponseValidator.create(VERTX, contract);
        frames = ResponseValidator.create(VERTX, contract(withFrames()));
    }

    /** Reads one of the documents that the gateway publishes. */
    public static ContractDocument read(String name) {
        try (InputStream text = ContractDocument.class.getResourceAsStream("/contract/" + name)) {
            Map<String, Object> document = new Yaml().load(text);
            return new ContractDocument(MAPPER.valueToTree(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The operation of a method, in any case, and a path. */
    public ContractOperation operation(String method, String path) {
        return operations().stream()
                .filter(operation -> operation.method().equalsIgnoreCase(method)
                        && operation.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    List<ContractOperation> operations() {
        List<ContractOperation> operations = new ArrayList<>();
        model.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(operation -> METHODS.contains(operation.getKey()))
                        .forEach(operation -> operations.add(operation(path.getKey(), path.getValue(), operation))));
        return operations;
    }

    private ContractOperation operation(String path, JsonNode item, Map.Entry<String, JsonNode> operation) {
        JsonNode security = operation.getValue().path("security");
        boolean open = operation.getValue().has("security")
                ? security.isEmpty()
                : model.path("security").isEmpty();
        return new ContractOperation(
                this,
                operation.getValue().path("operationId").asText(),
                operation.getKey().toUpperCase(Locale.ROOT),
                path,
                operation.getValue(),
                item.has("servers"),
                open);
    }

    /** What a reference leads to, or the node itself. */
    JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? resolve(model.at(node.path("$ref").asText().substring(1))) : node;
    }

    /** What is wrong with a request; empty when nothing is. */
    List<String> faults(ContractRequest request) {
        var asked = new ValidatableRequestImpl(
                Map.of(),
                parameters(request.headers()),
                parameters(request.path()),
                parameters(request.query()),
                new RequestParameterImpl(request.body().map(Buffer::buffer).orElse(null)),
                request.contentType());
        return faults(requests.validate(asked, request.operation().id()));
    }

    private static Map<String, RequestParameter> parameters(Map<String, String> values) {
        Map<String, RequestParameter> parameters = new HashMap<>();
        values.forEach((name, value) -> parameters.put(name, new RequestParameterImpl(value)));
        return parameters;
    }

    /** What is wrong with an answer: its status, its type, its headers, its document, each frame of its stream. */
    public List<String> faults(ContractOperation operation, HttpResponse<String> answer) {
        String type = answer.headers().firstValue("content-type").orElse("");
        boolean stream = type.startsWith(STREAM);
        List<String> faults = new ArrayList<>();
        if (stream && operation.streams() && answer.statusCode() == 200) {
            faults.addAll(streamFaults(operation, answer.body()));
            if (!type.equals(STREAM + "; charset=utf-8")) {
                faults.add("Streams are not of type " + type);
            }
        } else {
            faults.addAll(faults(operation, answer.statusCode(), type, answer.body()));
        }
        Map<String, String> headers = new HashMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
        faults.addAll(headerFaults(operation, answer.statusCode(), stream, headers));
        return faults;
    }

    /** Headers of a success that are missing or have another value; those of a stream are not needed elsewhere. */
    private List<String> headerFaults(
            ContractOperation operation, int status, boolean stream, Map<String, String> headers) {
        List<String> faults = new ArrayList<>();
        if (status < 300 && stream == operation.streams()) {
            operation.answer(status).path("headers").properties().forEach(header -> {
                String value = headers.get(header.getKey().toLowerCase(Locale.ROOT));
                String wanted = header.getValue().at("/schema/const").asText(value);
                if (!NOT_SENT.equals(header.getKey()) && (value == null || !value.equals(wanted))) {
                    faults.add("Header " + header.getKey() + " is " + value);
                }
            });
        }
        if (headers.containsKey("www-authenticate")) {
            faults.add("Header WWW-Authenticate is not sent");
        }
        return faults;
    }

    /** What is wrong with a document as the answer with a status. */
    List<String> faults(ContractOperation operation, int status, String type, String body) {
        boolean known = operation.answer(status).has("content");
        if (known && !JSON.equals(type)) {
            return List.of("Documents are not of type " + type);
        }
        var answer = body.isEmpty()
                ? ValidatableResponse.create(status)
                : ValidatableResponse.create(status, Buffer.buffer(body), type);
        return faults(answers.validate(answer, operation.id()));
    }

    /** What is wrong with the text of a stream. */
    List<String> streamFaults(ContractOperation operation, String stream) {
        List<String> faults = new ArrayList<>();
        if (!stream.endsWith("\n\n")) {
            faults.add("Streams end with a blank line");
        }
        String last = "";
        for (String event : stream.strip().split("\n\n", -1)) {
            if (event.startsWith(":")) {
                continue;
            }
            if (!event.startsWith("data: ") || event.contains("\n")) {
                faults.add("Events are one line of data, not " + event);
                continue;
            }
            last = event.substring("data: ".length());
            if (!"[DONE]".equals(last)) {
                String frame = last;
                faults(frames.validate(ValidatableResponse.create(200, Buffer.buffer(frame), JSON), operation.id()))
                        .forEach(fault -> faults.add(fault + " in frame " + frame));
            }
        }
        boolean done = operation.v03() ? last.contains("\"done\"") : "[DONE]".equals(last);
        if (!done) {
            faults.add("Streams do not end with " + last);
        }
        return faults;
    }

    private static List<String> faults(Future<?> validation) {
        try {
            validation.toCompletionStage().toCompletableFuture().join();
            return List.of();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ValidatorException fault) {
                return List.of(fault.getMessage());
            }
            throw e;
        }
    }

    /** The library takes a template for no address, and needs none. */
    private static OpenAPIContract contract(ObjectNode document) {
        document.remove("servers");
        return OpenAPIContract.from(VERTX, new JsonObject(document.toString()))
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private ObjectNode withoutStreams() {
        ObjectNode copy = model.deepCopy();
        copy.findValues("content").stream()
                .filter(content -> content.has(STREAM))
                .forEach(content -> ((ObjectNode) content).remove(STREAM));
        return copy;
    }

    private ObjectNode withFrames() {
        ObjectNode copy = model.deepCopy();
        copy.findValues("content").stream()
                .filter(content -> content.has(STREAM))
                .forEach(content -> {
                    JsonNode frame = content.path(STREAM).path("schema").path("contentSchema");
                    ((ObjectNode) content).removeAll();
                    ((ObjectNode) content).putObject(JSON).set("schema", frame);
                });
        return copy;
    }
}
