package dev.gaia.asset.store;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Steps that hand out the file named by variable {@code path}. {@link #find} leaves variable {@code objectPath} and says
 * in {@code signedLink} whether the link itself allows the reading; {@link #serve} opens the file.
 *
 * <p>A file is never a page of our origin: its type comes from the list of {@link ContentTypes}, and the policy forbids
 * whatever a browser might still take it for.
 */
final class ServeFile {

    private static final String OBJECT_PATH = "objectPath";
    private static final String RANGE = "gaia-range";

    private final ObjectStore store;
    private final FileLinks links;

    ServeFile(ObjectStore store, FileLinks links) {
        this.store = store;
        this.links = links;
    }

    Processor find() {
        return exchange -> {
            Map<String, String> parts = texts(exchange, "path");
            String joined = String.join(
                    "/",
                    List.of("area", "category", "asset", "name").stream()
                            .map(part -> parts.getOrDefault(part, ""))
                            .filter(part -> !part.isEmpty())
                            .toList());
            ObjectPath path = ObjectPath.parse(joined).orElseThrow(ServeFile::notFound);
            exchange.setVariable(OBJECT_PATH, path);
            exchange.setVariable("signedLink", links.signed(path, texts(exchange, "query")));
            exchange.getMessage().setHeader("fileAsset", assetId(path));
        };
    }

    Processor serve() {
        return exchange -> {
            ObjectPath path = exchange.getVariable(OBJECT_PATH, ObjectPath.class);
            StoredObject file = store.open(path).orElseThrow(ServeFile::notFound);
            try {
                answer(exchange.getMessage(), path, file);
            } catch (IOException | InterruptedException | RuntimeException e) {
                file.close();
                throw e;
            }
        };
    }

    private static void answer(Message message, ObjectPath path, StoredObject file)
            throws IOException, InterruptedException {
        Optional<String> asked = Optional.ofNullable(message.getHeader(RANGE, String.class));
        long size = file.size();
        message.setHeader("Accept-Ranges", "bytes");
        ByteRange range = switch (ByteRange.parse(asked, size)) {
            case ByteRange.Asked.Whole whole -> new ByteRange(0, size - 1);
            case ByteRange.Asked.Part part -> {
                message.setHeader(Exchange.HTTP_RESPONSE_CODE, 206);
                message.setHeader(
                        "Content-Range",
                        "bytes " + part.range().first() + "-" + part.range().last() + "/" + size);
                yield part.range();
            }
            case ByteRange.Asked.Impossible impossible ->
                throw Failure.of(FailureCode.ASSET_RANGE_NOT_SATISFIABLE, "The file has " + size + " bytes")
                        .with(Map.of("Content-Range", "bytes */" + size));
        };
        String type = ContentTypes.of(path.extension());
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setHeader("Cache-Control", "private, max-age=3600");
        message.setHeader("Content-Security-Policy", "default-src 'none'; sandbox");
        message.setHeader(
                "Content-Disposition", (shown(type) ? "inline" : "attachment") + "; filename=\"" + path.name() + "\"");
        InputStream bytes = size == 0 ? InputStream.nullInputStream() : file.read(range.first(), range.length());
        message.setBody(new FilePieces(file, bytes, range.length()));
    }

    private static boolean shown(String type) {
        return type.startsWith("image/") || type.startsWith("audio/");
    }

    /** Every file name begins with the id of its asset, or lies in a folder of that name. */
    private static String assetId(ObjectPath path) {
        for (String part : path.text().split("/", -1)) {
            if (part.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}([._].*)?")) {
                return part.substring(0, 36);
            }
        }
        throw notFound();
    }

    private static Failure notFound() {
        return Failure.of(FailureCode.ASSET_NOT_FOUND, "File not found");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(Exchange exchange, String variable) {
        return exchange.getVariable(variable) instanceof Map<?, ?> map ? (Map<String, String>) map : Map.of();
    }
}
