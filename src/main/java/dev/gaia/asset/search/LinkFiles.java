package dev.gaia.asset.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.store.FileLinks;
import dev.gaia.asset.store.ObjectPath;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that adds to each row of an asset (the body, its list {@code assets}, or its entry {@code asset}) the links for
 * this answer: {@code download_url} and {@code preview_url}. Files in our store get a fresh link, signed when the asset
 * is private; others keep the link of their row.
 */
final class LinkFiles implements Processor {

    private final FileLinks links;

    LinkFiles(FileLinks links) {
        this.links = links;
    }

    @Override
    public void process(Exchange exchange) {
        JsonNode body = exchange.getMessage().getBody(JsonNode.class);
        if (body.path("assets").isArray()) {
            body.path("assets").forEach(this::link);
        } else {
            link(body.path("asset").isObject() ? body.path("asset") : body);
        }
    }

    private void link(JsonNode node) {
        if (!(node instanceof ObjectNode row) || !row.has("id")) {
            return;
        }
        boolean isPrivate = "private".equals(row.path("visibility").asText());
        row.put(
                "download_url",
                stored(row.path("storage_path").asText(""), isPrivate)
                        .orElseGet(() -> row.path("file_url").asText("")));
        String preview = row.path("preview_image_url").asText("");
        row.put(
                "preview_url",
                preview.startsWith("http")
                        ? preview
                        : stored(preview, isPrivate).orElse(""));
    }

    private Optional<String> stored(String path, boolean isPrivate) {
        return ObjectPath.parse(path).map(file -> isPrivate ? links.signed(file) : links.permanent(file));
    }
}
