package dev.gaia.asset.upload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.Exchanges;
import dev.gaia.asset.image.MakePreview;
import dev.gaia.asset.store.Content;
import dev.gaia.asset.store.ContentTypes;
import dev.gaia.asset.store.ObjectStore;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The single steps of an upload; what was read is the variable {@code upload}. */
final class UploadSteps {

    private static final Logger log = LoggerFactory.getLogger(UploadSteps.class);
    private static final String UPLOAD = "upload";
    private static final String RATE_WINDOW_SECONDS = "60";

    private final ReadForm forms;
    private final ReadUpload reader;
    private final MakePreview previews;
    private final ObjectStore store;
    private final AssetSettings settings;
    private final ObjectMapper mapper;
    private final Semaphore permits;

    UploadSteps(
            ReadForm forms,
            ReadUpload reader,
            MakePreview previews,
            ObjectStore store,
            AssetSettings settings,
            ObjectMapper mapper) {
        this.forms = forms;
        this.reader = reader;
        this.previews = previews;
        this.store = store;
        this.settings = settings;
        this.mapper = mapper;
        this.permits = new Semaphore(settings.uploadsMax());
    }

    /** Reads a form whose fields must all be there. */
    void readUpload(Exchange exchange) throws IOException, InterruptedException {
        read(exchange, true);
    }

    /** Reads a form that needs nothing but the file. */
    void readShortUpload(Exchange exchange) throws IOException, InterruptedException {
        read(exchange, false);
    }

    private void read(Exchange exchange, boolean complete) throws IOException, InterruptedException {
        Message message = exchange.getMessage();
        String type = message.getHeader(Exchange.CONTENT_TYPE, "", String.class);
        Upload upload;
        permits.acquire();
        try (InputStream body = message.getBody(InputStream.class)) {
            upload = reader.read(forms.read(exchange, type, body), complete);
        } finally {
            permits.release();
        }
        exchange.setVariable(UPLOAD, upload);
        message.setBody(null);
        bind(message, upload, Exchanges.user(exchange));
    }

    private void bind(Message message, Upload upload, String user) {
        String extension = upload.name().extension();
        message.setHeader("assetUser", user);
        message.setHeader("assetId", upload.id().toString());
        message.setHeader("assetSha256", upload.sha256());
        message.setHeader("assetCategory", upload.category());
        message.setHeader("assetTitle", upload.title());
        message.setHeader("assetDescription", upload.description());
        message.setHeader("assetTags", String.join(",", upload.styleTags()));
        message.setHeader("assetLicense", upload.license());
        message.setHeader("assetAttribution", upload.attribution());
        message.setHeader("assetVisibility", upload.visibility());
        message.setHeader("assetFormat", extension);
        message.setHeader("assetContentType", ContentTypes.of(extension));
        message.setHeader("assetSize", upload.file().size());
        message.setHeader("assetPath", upload.path().text());
        message.setHeader("assetBackend", store.backend());
        message.setHeader("assetMetadata", metadata(upload, user).toString());
    }

    private ObjectNode metadata(Upload upload, String user) {
        ObjectNode metadata = mapper.createObjectNode()
                .put("title", upload.title())
                .put("description", upload.description())
                .put("uploader", user)
                .put("uploaded_at", LocalDateTime.now(ZoneOffset.UTC).toString())
                .put("original_filename", upload.name().text())
                .put("content_type", ContentTypes.of(upload.name().extension()))
                .put("size_bytes", upload.file().size())
                .put("sha256", upload.sha256())
                .put("storage_backend", store.backend());
        upload.styleTags().forEach(metadata.putArray("style_tags")::add);
        if (!upload.attribution().isEmpty()) {
            metadata.putObject("attribution").put("text", upload.attribution());
        }
        return metadata;
    }

    /** Refuses a caller who uploads too often, from the count in the body. */
    void limitUploads(Exchange exchange) {
        int recent =
                exchange.getMessage().getBody(JsonNode.class).path("recent").asInt();
        if (recent >= settings.uploadsPerMinuteMax()) {
            throw Failure.of(
                            FailureCode.ASSET_RATE_LIMIT,
                            "Rate limit exceeded: %d uploads per minute".formatted(settings.uploadsPerMinuteMax()))
                    .with(Map.of("Retry-After", RATE_WINDOW_SECONDS));
        }
    }

    /** Stores the file, and its preview when one can be made. */
    void storeUpload(Exchange exchange) throws IOException, InterruptedException {
        Upload upload = upload(exchange);
        if (!store.put(upload.path(), ContentTypes.of(upload.name().extension()), upload.file())) {
            throw new IOException("the place of a new file is taken");
        }
        exchange.getMessage().setHeader("assetPreview", storePreview(upload));
    }

    private String storePreview(Upload upload) throws InterruptedException {
        try {
            byte[] preview = previews.of(
                    upload.category(),
                    upload.kind().isPicture() ? Optional.of(upload.file()) : Optional.<Content>empty());
            store.put(upload.previewPath(), "image/png", Content.of(preview));
            return upload.previewPath().text();
        } catch (IOException | RuntimeException e) {
            log.warn("no preview for {}: {}", upload.id(), e.toString());
            return "";
        }
    }

    /** Removes what was stored for a row that could not be written. */
    void dropUpload(Exchange exchange) throws IOException, InterruptedException {
        Upload upload = upload(exchange);
        store.delete(upload.path());
        store.delete(upload.previewPath());
    }

    private static Upload upload(Exchange exchange) {
        return exchange.getVariable(UPLOAD, Upload.class);
    }
}
