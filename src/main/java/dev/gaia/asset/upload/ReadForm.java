package dev.gaia.asset.upload;

import dev.gaia.asset.AssetSettings;
import dev.gaia.asset.store.Content;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.link.BrokenStreamException;
import dev.gaia.spool.Spool;
import dev.gaia.spool.SpoolFullException;
import dev.gaia.spool.SpooledFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.commons.fileupload.FileItemIterator;
import org.apache.commons.fileupload.FileItemStream;
import org.apache.commons.fileupload.FileUpload;
import org.apache.commons.fileupload.FileUploadException;
import org.apache.commons.fileupload.InvalidFileNameException;
import org.apache.commons.fileupload.UploadContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a form while it arrives, by Apache Commons FileUpload, which hands out one part after the other as a stream. The
 * file goes into a temporary one piece by piece, hashed on the way; reading stops where the limit is passed.
 */
final class ReadForm {

    private static final Logger log = LoggerFactory.getLogger(ReadForm.class);
    private static final int PARTS_MAX = 64;
    private static final int FIELD_BYTES_MAX = 64 * 1024;
    private static final int PART_HEAD_BYTES_MAX = 8 * 1024;
    private static final int HEAD_BYTES = 512;
    private static final int PIECE_BYTES = 64 * 1024;

    private final Spool spool;
    private final AssetSettings settings;

    ReadForm(Spool spool, AssetSettings settings) {
        this.spool = spool;
        this.settings = settings;
    }

    /**
     * Reads a body; one that is no form at all has no fields.
     *
     * @param exchange whose end is the end of the temporary file
     * @throws Failure when the form cannot be read, or its file is larger than allowed
     * @throws IOException when the body broke off on its way
     */
    Form read(Exchange exchange, String contentType, InputStream body) throws IOException {
        if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
            return new Form(Map.of(), Optional.empty());
        }
        try {
            return collect(exchange, parts(contentType, body));
        } catch (FileUploadException | InvalidFileNameException e) {
            throw Failure.of(FailureCode.ASSET_BAD_REQUEST, "The form cannot be read");
        } catch (SpoolFullException e) {
            log.warn("an upload was refused: {}", e.getMessage());
            throw Failure.of(FailureCode.GATEWAY_OVERLOADED);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted() || broke(e)) {
                throw e;
            }
            throw Failure.of(FailureCode.ASSET_BAD_REQUEST, "The form cannot be read");
        }
    }

    private static FileItemIterator parts(String contentType, InputStream body)
            throws FileUploadException, IOException {
        var reader = new FileUpload();
        reader.setHeaderEncoding(StandardCharsets.UTF_8.name());
        reader.setPartHeaderSizeMax(PART_HEAD_BYTES_MAX);
        return reader.getItemIterator(new UploadContext() {
            @Override
            public String getCharacterEncoding() {
                return StandardCharsets.UTF_8.name();
            }

            @Override
            public String getContentType() {
                return contentType;
            }

            @Override
            @Deprecated
            @SuppressWarnings("InlineMeSuggester") // the library calls it
            public int getContentLength() {
                return -1;
            }

            @Override
            public long contentLength() {
                return -1;
            }

            @Override
            public InputStream getInputStream() {
                return body;
            }
        });
    }

    private Form collect(Exchange exchange, FileItemIterator parts) throws FileUploadException, IOException {
        Map<String, String> fields = new HashMap<>();
        Optional<Form.Part> file = Optional.empty();
        for (int i = 0; parts.hasNext(); i++) {
            if (i == PARTS_MAX) {
                throw new FileUploadException("the form has more than " + PARTS_MAX + " parts");
            }
            FileItemStream part = parts.next();
            // Not closed: that would read a file to its end which is refused for its length.
            InputStream bytes = part.openStream();
            if (part.isFormField()) {
                field(bytes).ifPresent(value -> fields.put(part.getFieldName(), value));
            } else if ("file".equals(part.getFieldName()) && !part.getName().isEmpty()) {
                file = Optional.of(file(exchange, part.getName(), bytes));
            }
        }
        return new Form(fields, file);
    }

    /** The text of a field; none when it is longer than any field may be. */
    private static Optional<String> field(InputStream bytes) throws IOException {
        byte[] value = bytes.readNBytes(FIELD_BYTES_MAX + 1);
        return value.length > FIELD_BYTES_MAX
                ? Optional.empty()
                : Optional.of(new String(value, StandardCharsets.UTF_8));
    }

    private Form.Part file(Exchange exchange, String name, InputStream bytes) throws IOException {
        MessageDigest hash = sha256();
        SpooledFile file = spool.create(exchange);
        byte[] head = bytes.readNBytes(HEAD_BYTES);
        byte[] piece = Arrays.copyOf(head, PIECE_BYTES);
        for (int count = head.length; count > 0; count = bytes.readNBytes(piece, 0, PIECE_BYTES)) {
            if (file.size() + count > settings.fileMaxBytes()) {
                throw Failure.of(
                        FailureCode.ASSET_FILE_TOO_LARGE,
                        "File too large. Maximum size: " + settings.fileMaxMb() + "MB");
            }
            file.write(piece, 0, count);
            hash.update(piece, 0, count);
        }
        return new Form.Part(name, Content.of(file), head, HexFormat.of().formatHex(hash.digest()));
    }

    private static boolean broke(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BrokenStreamException) {
                return true;
            }
        }
        return false;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
