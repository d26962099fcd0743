package dev.gaia.asset.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.asset.Exchanges;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Step that lists who could adapt a stored asset to what variable {@code request} asks for, then who could make it, each
 * in the order in which they are asked, and binds the list for the statement that adds the prices. Empty when nobody can.
 */
final class ListOffers implements Processor {

    private static final String SQUARE = "1024x1024";

    /** Sizes a provider of pictures delivers; older names of wide and tall ones stay usable (providers.md 4). */
    private static final Map<String, String> SIZES = Map.of(
            SQUARE,
            SQUARE,
            "1536x1024",
            "1536x1024",
            "1024x1536",
            "1024x1536",
            "1792x1024",
            "1536x1024",
            "1024x1792",
            "1024x1536");

    private static final Map<String, Set<String>> FORMATS = Map.of(
            "image", Set.of("png", "jpeg", "webp"),
            "texture", Set.of("png", "jpeg", "webp"),
            "environment", Set.of("glb", "fbx", "obj", "usdz"),
            "character", Set.of("glb", "fbx", "obj", "usdz"),
            "prop", Set.of("glb", "fbx", "obj", "usdz"),
            "audio", Set.of("wav", "mp3"),
            "animation", Set.of("glb"));
    private static final Map<String, String> USUAL_FORMAT = Map.of(
            "image", "png",
            "texture", "png",
            "environment", "glb",
            "character", "glb",
            "prop", "glb",
            "audio", "wav",
            "animation", "glb");

    private final AssetProviders providers;
    private final String openaiModel;

    ListOffers(AssetProviders providers, String openaiModel) {
        this.providers = providers;
        this.openaiModel = openaiModel;
    }

    @Override
    public void process(Exchange exchange) {
        JsonNode request = Exchanges.json(exchange, "request");
        ArrayNode offers = JsonNodeFactory.instance.arrayNode();
        String category = request.path("category").asText();
        if (request.at("/preferences/allow_modifications").asBoolean()) {
            providers.adapters(category).forEach(entry -> adaptation(offers, entry, request, category));
        }
        if (request.at("/preferences/allow_generation").asBoolean()) {
            providers.makers(category).forEach(entry -> offer(offers, entry, request, category));
        }
        exchange.getMessage().setHeader("assetOffers", offers.toString());
    }

    /** Its price is that of one modification; how many there are is known once the stored asset is. */
    private void adaptation(ArrayNode offers, ProviderTable.Entry entry, JsonNode request, String category) {
        add(offers, entry, request, category, "").put("kind", "modification");
    }

    private void offer(ArrayNode offers, ProviderTable.Entry entry, JsonNode request, String category) {
        boolean audio = "audio".equals(category);
        String words = request.path("description").asText().toLowerCase(java.util.Locale.ROOT);
        boolean soundtrack = audio && (words.contains("soundtrack") || words.contains("background"));
        if (soundtrack) {
            add(offers, entry, request, category, "soundtrack");
        }
        ObjectNode offer = add(offers, entry, request, category, audio ? "track" : "");
        if (soundtrack) {
            offer.put("downgraded_from", "soundtrack");
        }
    }

    private ObjectNode add(
            ArrayNode offers, ProviderTable.Entry entry, JsonNode request, String category, String variant) {
        String quality = request.at("/requirements/quality").asText();
        boolean fine = "high".equals(quality) || "ultra".equals(quality);
        boolean soundtrack = "soundtrack".equals(variant);
        boolean audio = "audio".equals(category);
        String resolution =
                SIZES.getOrDefault(request.at("/requirements/resolution").asText(SQUARE), SQUARE);
        ObjectNode offer = offers.addObject()
                .put("position", offers.size())
                .put("kind", "generation")
                .put("provider", entry.name())
                .put("title", entry.title())
                .put("service", entry.service())
                .put("source", providers.simulated() ? "simulated" : entry.source())
                .put("simulated", providers.simulated())
                .put("price_key", entry.price())
                .put("tier", soundtrack ? "soundtrack" : fine ? "hd" : "standard")
                .put("category", category)
                .put("size", SQUARE.equals(resolution) ? "square" : "wide")
                .put("resolution", resolution)
                .put("units", soundtrack ? 60 : audio ? 30 : 1)
                .put("minimum", audio ? 0.05 : 0)
                .put("variant", variant);
        if ("openai".equals(entry.name())) {
            offer.put("model", openaiModel);
        }
        format(offer, request, category);
        return offer;
    }

    /** What can be delivered in the wanted form is; else the usual form, with a note. */
    private void format(ObjectNode offer, JsonNode request, String category) {
        String wanted = request.at("/requirements/format").asText("");
        String asked = "jpg".equals(wanted) ? "jpeg" : wanted;
        String usual = USUAL_FORMAT.get(category);
        boolean possible = FORMATS.get(category).contains(asked) && (!providers.simulated() || usual.equals(asked));
        offer.put("format", possible ? asked : usual);
        if (!asked.isEmpty() && !possible) {
            offer.put("format_note", wanted + " is not available here; delivered as " + usual);
        }
    }
}
