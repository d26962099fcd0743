package dev.gaia.chat.selection;

import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.turn.ChatVariables;
import dev.gaia.routes.Services;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * A route {@code chat-provider-<route>} for every provider that the catalogue of models gives an address, from the same
 * template as the routes of {@code routes/chat}: files cannot say "one for each entry of a table".
 */
@Component
final class ConfiguredProviderRoutes extends RouteBuilder {

    /** Exchange variable: the route to call, {@code chat-provider-<route>}. */
    static final String ENTRY = "providerEntry";

    private final ModelCatalogue catalogue;
    private final Services services;

    ConfiguredProviderRoutes(ModelCatalogue catalogue, @Value("${gaia.services}") String services) {
        this.catalogue = catalogue;
        this.services = Services.parse(services);
    }

    @Override
    public void configure() {
        if (!services.has("chat")) {
            return;
        }
        for (var provider : catalogue.providers()) {
            if (provider.baseUrl().isPresent()) {
                var route = "chat-provider-" + provider.route();
                templatedRoute("chat-provider-call")
                        .routeId(route)
                        .parameter("route", route)
                        .parameter("provider", provider.route())
                        .parameter("path", "chat/completions")
                        .parameter(
                                "idempotencyHeader",
                                provider.idempotencyHeader().orElse(""))
                        .parameter("requestMapping", "chat/call-to-openai")
                        .parameter("answerMapping", "chat/openai-to-reply")
                        .parameter("eventMapping", "chat/openai-event-to-reply");
            }
        }
    }

    /** Names the route of the chosen provider, whose name comes from the catalogue, never from a request. */
    static void nameEntry(Exchange exchange) {
        exchange.setVariable(
                ENTRY,
                "chat-provider-"
                        + ChatVariables.text(exchange, ChatVariables.PROVIDER_ROUTE)
                                .orElseThrow());
    }
}
