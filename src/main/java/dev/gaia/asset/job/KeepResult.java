package dev.gaia.asset.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.Exchanges;
import dev.gaia.asset.image.MakePreview;
import dev.gaia.asset.provider.ProviderFailure;
import dev.gaia.asset.store.Content;
import dev.gaia.asset.store.ContentTypes;
import dev.gaia.asset.store.ObjectPath;
import dev.gaia.asset.store.ObjectStore;
import dev.gaia.asset.upload.FileKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps that keep what a provider made. The asset's id follows from the generation's, so that a generation that is done
 * again after a crash finds its own files instead of leaving orphans.
 */
final class KeepResult {

    private static final Logger log = LoggerFactory.getLogger(KeepResult.class);
    private static final String FILE = "resultFile";
    private static final int HEAD_BYTES = 512;
    private static final List<String> MODEL_CATEGORIES = List.of("environment", "character", "prop");

    /** What providers of models deliver. */
    private static final List<String> MODEL_FORMATS = List.of("glb", "fbx", "obj", "usdz");

    private final ObjectStore store;
    private final MakePreview previews;
    private final AssetSettings settings;
    private final ObjectMapper mapper;

    KeepResult(ObjectStore store, MakePreview previews, AssetSettings settings, ObjectMapper mapper) {
        this.store = store;
        this.previews = previews;
        this.settings = settings;
        this.mapper = mapper;
    }

    static UUID assetId(String generationId) {
        return UUID.nameUUIDFromBytes(("asset of " + generationId).getBytes(StandardCharsets.UTF_8));
    }

    /** Takes a file that came inside the answer; leaves variable {@code fileMissing} true when it is to be fetched. */
    void takeFile(Exchange exchange) throws ProviderFailure {
        JsonNode result = exchange.getMessage().getBody(JsonNode.class);
        exchange.setVariable("result", result);
        String text = result.at("/file/base64").asText("");
        exchange.setVariable("fileMissing", text.isEmpty());
        if (!text.isEmpty()) {
            exchange.setVariable(FILE, Content.of(decoded(text)));
        }
    }

    private byte[] decoded(String base64) throws ProviderFailure {
        if (base64.length() / 4 * 3L > settings.fileMaxBytes()) {
            throw ProviderFailure.failed("result is larger than " + settings.fileMaxMb() + "MB");
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw ProviderFailure.failed("result is no file");
        }
    }

    /** Refuses a file that is not what the provider says it is. */
    void checkFile(Exchange exchange) throws ProviderFailure, IOException {
        String format = format(exchange);
        byte[] head = exchange.getVariable(FILE, Content.class).head(HEAD_BYTES);
        boolean right =
                FileKind.ofExtension(format).map(kind -> kind.matches(head)).orElse(false);
        if (!right) {
            throw ProviderFailure.failed("result is no valid " + format + " file");
        }
        exchange.setVariable("produced", true);
    }

    /** Stores file and preview, and binds the asset for the statement that finishes the job. */
    void storeFile(Exchange exchange) throws IOException, InterruptedException {
        Message message = exchange.getMessage();
        String generation = message.getHeader("generationId", String.class);
        JsonNode call = Exchanges.json(exchange, "call");
        JsonNode result = Exchanges.json(exchange, "result");
        Content file = exchange.getVariable(FILE, Content.class);
        UUID id = assetId(generation);
        String format = format(exchange);
        ObjectPath path = path(id, call.path("category").asText(), format);
        store.put(path, ContentTypes.of(format), file);
        ArrayNode warnings = mapper.createArrayNode();
        String preview = storePreview(exchange, id, call, format, file);
        if (preview.isEmpty()) {
            warnings.add("No preview could be made");
        }
        ObjectNode asset = mapper.createObjectNode()
                .put("id", id.toString())
                .put("source", call.path("source").asText())
                .put("service", call.path("service").asText())
                .put("title", call.path("title").asText())
                .put("description", call.path("description").asText())
                .put("storage_path", path.text())
                .put("storage_backend", store.backend())
                .put("size_bytes", file.size())
                .put("file_format", format)
                .put("content_type", ContentTypes.of(format))
                .put("sha256", sha256(file))
                .put("preview", preview)
                .put("quality_score", call.path("score").asDouble())
                .put("license_type", call.path("license").asText());
        asset.putArray("style_tags").add(call.path("style").asText().toLowerCase(java.util.Locale.ROOT));
        ObjectNode metadata = metadata(asset, call, result)
                .put("user_id", Exchanges.json(exchange, "job").path("user_id").asText());
        metadata.set("warnings", warnings);
        if (result.path("further").isArray()) {
            ObjectNode formats =
                    storeFurther(exchange, id, call.path("category").asText(), warnings);
            metadata.set("model_urls", formats.put(format, path.text()));
        }
        asset.set("metadata", metadata);
        message.setHeader("generationAsset", asset.toString());
        message.setHeader("generationBase", call.path("base").toString());
        message.setHeader("generationCharge", call.path("price").decimalValue().toPlainString());
        message.setHeader("generationUsage", usage(call, result).toString());
        exchange.setVariable(
                "outcome",
                mapper.createObjectNode()
                        .put("asset_id", id.toString())
                        .put("cost", call.path("price").decimalValue()));
        exchange.removeVariable(FILE);
    }

    /** Removes what a job that failed may have stored. */
    void dropFiles(Exchange exchange) throws IOException, InterruptedException {
        UUID id = assetId(exchange.getMessage().getHeader("generationId", String.class));
        JsonNode request = Exchanges.json(exchange, "request");
        for (JsonNode offer : request.path("offers")) {
            store.delete(path(
                    id, request.path("category").asText(), offer.path("format").asText()));
        }
        if (MODEL_CATEGORIES.contains(request.path("category").asText())) {
            for (String format : MODEL_FORMATS) {
                store.delete(path(id, request.path("category").asText(), format));
                store.delete(furtherPath(id, request.path("category").asText(), format));
            }
        }
        store.delete(previewPath(id));
    }

    /** Stores the other formats of a result that are what they should be; the path of each by its extension. */
    private ObjectNode storeFurther(Exchange exchange, UUID id, String category, ArrayNode warnings)
            throws IOException, InterruptedException {
        ObjectNode paths = mapper.createObjectNode();
        Map<?, ?> files = exchange.getVariable("resultFurther", Map.of(), Map.class);
        List<String> offered =
                Exchanges.json(exchange, "result").path("further").findValuesAsText("format");
        for (String format : MODEL_FORMATS) {
            if (files.get(format) instanceof Content file) {
                if (FileKind.ofExtension(format).orElseThrow().matches(file.head(HEAD_BYTES))) {
                    ObjectPath path = furtherPath(id, category, format);
                    store.put(path, ContentTypes.of(format), file);
                    paths.put(format, path.text());
                } else {
                    log.warn("the {} of {} is none, and is left out", format, id);
                    warnings.add("The " + format + " file was no such file, and is left out");
                }
            } else if (offered.contains(format)) {
                warnings.add("The " + format + " file could not be fetched, and is left out");
            }
        }
        return paths;
    }

    private static ObjectPath furtherPath(UUID id, String category, String format) {
        return new ObjectPath("generated/" + category + "/" + id + "/model." + format);
    }

    private String storePreview(Exchange exchange, UUID id, JsonNode call, String format, Content file)
            throws InterruptedException {
        try {
            boolean picture =
                    FileKind.ofExtension(format).map(FileKind::isPicture).orElse(false);
            Optional<Content> shown = picture
                    ? Optional.of(file)
                    : Optional.ofNullable(exchange.getVariable("resultPreview", Content.class));
            store.put(
                    previewPath(id),
                    "image/png",
                    Content.of(previews.of(call.path("category").asText(), shown)));
            return previewPath(id).text();
        } catch (IOException | RuntimeException e) {
            log.warn("no preview for {}: {}", id, e.toString());
            return "";
        }
    }

    private ObjectNode metadata(ObjectNode asset, JsonNode call, JsonNode result) {
        ObjectNode metadata = mapper.createObjectNode()
                .put("prompt", call.path("description").asText())
                .put("enhanced_prompt", call.path("prompt").asText())
                .put("style", call.path("style").asText())
                .put("generated_at", LocalDateTime.now(ZoneOffset.UTC).toString())
                .put("generation_service", call.path("service").asText())
                .put("quality", call.path("quality").asText())
                .put("storage_backend", store.backend())
                .put("session_id", call.path("session_id").asText());
        for (String name :
                new String[] {"size", "format_note", "downgraded_from", "duration", "genre", "mood", "texture_fallback"
                }) {
            if (call.hasNonNull(name)) {
                metadata.set(name, call.get(name));
            }
        }
        for (String name : new String[] {"content_type", "sha256", "size_bytes"}) {
            metadata.set(name, asset.get(name));
        }
        if (call.path("simulated").asBoolean()) {
            metadata.put("simulated", true);
        }
        for (JsonNode more : new JsonNode[] {result.path("metadata"), call.path("metadata")}) {
            if (more.isObject()) {
                metadata.setAll((ObjectNode) more);
            }
        }
        if (result.hasNonNull("usage")) {
            metadata.set("provider_usage", result.get("usage"));
        }
        return metadata;
    }

    private ObjectNode usage(JsonNode call, JsonNode result) {
        String category = call.path("category").asText();
        boolean picture = "image".equals(category) || "texture".equals(category);
        boolean model = "meshy".equals(call.path("price_key").asText());
        int credits = "modification".equals(call.path("operation").asText())
                ? result.at("/usage/consumed_credits").asInt()
                : call.path("textured").asBoolean() ? 15 : 5;
        ObjectNode usage = mapper.createObjectNode()
                .put("provider", call.path("price_key").asText())
                .put("operation", call.path("operation").asText())
                .put("images", picture ? 1 : 0)
                .put("models", model ? 1 : 0)
                .put("credits", model ? credits : 0)
                .put("quality", call.path("quality").asText());
        usage.put("model", result.at("/metadata/model").asText(null));
        usage.set("metrics", result.path("usage").isObject() ? result.get("usage") : mapper.createObjectNode());
        return usage;
    }

    private static String format(Exchange exchange) {
        String format = Exchanges.json(exchange, "result").path("format").asText("");
        return format.isEmpty()
                ? Exchanges.json(exchange, "call").path("delivery").asText()
                : format;
    }

    private static ObjectPath path(UUID id, String category, String format) {
        return new ObjectPath("generated/" + category + "/" + id + "." + format);
    }

    private static ObjectPath previewPath(UUID id) {
        return new ObjectPath("previews/" + id + ".png");
    }

    private static String sha256(Content file) throws IOException {
        try (var hashed = new DigestInputStream(file.open(), MessageDigest.getInstance("SHA-256"))) {
            hashed.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(hashed.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
