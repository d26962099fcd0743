package dev.gaia.asset.search;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gaia.asset.store.FileLinks;
import dev.gaia.asset.store.ObjectPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that adds to each row of an asset (the body, its list {@code assets}, or its entry {@code asset}) the links for
 * this answer: {@code download_url} and {@code preview_url}, and {@code bucket_name}. Files in our store get a fresh link, signed when the asset
 * is private; others keep the link of their row.
 */
final class LinkFiles implements Processor {

    private static final String FILE = "storage_path";
    private static final String PREVIEW = "preview_image_url";

    /** The formats of a 3D result, each with the path of its file. */
    private static final JsonPointer FURTHER = JsonPointer.compile("/metadata/model_urls");

    private final FileLinks links;

    LinkFiles(FileLinks links) {
        this.links = links;
    }

    @Override
    public void process(Exchange exchange) throws IOException, InterruptedException {
        JsonNode body = exchange.getMessage().getBody(JsonNode.class);
        List<ObjectNode> rows = new ArrayList<>();
        if (body.path("assets").isArray()) {
            body.path("assets").forEach(row -> collect(row, rows));
        } else {
            collect(body.path("asset").isObject() ? body.path("asset") : body, rows);
        }
        Map<ObjectPath, Boolean> files = new LinkedHashMap<>();
        rows.forEach(row -> paths(row).forEach(path -> files.put(path, isPrivate(row))));
        Map<ObjectPath, String> found = links.links(files);
        rows.forEach(row -> link(row, found));
        rows.forEach(row -> row.put("bucket_name", links.bucket()));
    }

    private static void collect(JsonNode node, List<ObjectNode> rows) {
        if (node instanceof ObjectNode row && row.has("id")) {
            rows.add(row);
        }
    }

    private static boolean isPrivate(ObjectNode row) {
        return "private".equals(row.path("visibility").asText());
    }

    /** The files of a row that lie in our store. */
    private static List<ObjectPath> paths(ObjectNode row) {
        List<ObjectPath> paths = new ArrayList<>();
        ObjectPath.parse(row.path(FILE).asText("")).ifPresent(paths::add);
        ObjectPath.parse(row.path(PREVIEW).asText("")).ifPresent(paths::add);
        row.at(FURTHER).forEach(path -> ObjectPath.parse(path.asText("")).ifPresent(paths::add));
        return paths;
    }

    private static void link(ObjectNode row, Map<ObjectPath, String> found) {
        row.put(
                "download_url",
                ObjectPath.parse(row.path(FILE).asText(""))
                        .map(path -> found.getOrDefault(path, ""))
                        .orElseGet(() -> row.path("file_url").asText("")));
        String preview = row.path(PREVIEW).asText("");
        row.put(
                "preview_url",
                preview.startsWith("http")
                        ? preview
                        : ObjectPath.parse(preview)
                                .map(path -> found.getOrDefault(path, ""))
                                .orElse(""));
        if (row.at(FURTHER) instanceof ObjectNode further) {
            further.properties()
                    .forEach(format -> ObjectPath.parse(format.getValue().asText(""))
                            .ifPresent(path -> format.setValue(TextNode.valueOf(found.getOrDefault(path, "")))));
        }
    }
}
