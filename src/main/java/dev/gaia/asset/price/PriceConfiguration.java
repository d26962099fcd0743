package dev.gaia.asset.price;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gaia.chat.provider.ProviderSettings;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.camel.Processor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps of price operations under the names routes use. */
@Configuration(proxyBeanMethods = false)
class PriceConfiguration {

    @Bean
    PriceQuery priceQuery(ObjectMapper mapper, ProviderSettings settings) {
        return new PriceQuery(
                mapper,
                () -> Map.of(
                        "dalle", settings.configured("openai"),
                        "openai_gpt", settings.configured("openai"),
                        "claude", settings.configured("anthropic"),
                        "stability", settings.configured("stability"),
                        "meshy", settings.configured("meshy")),
                Clock.systemUTC());
    }

    @Bean
    Processor readPriceQuery(PriceQuery query) {
        return query::read;
    }

    @Bean
    EstimateRequest estimateRequest(ObjectMapper mapper, PriceQuery query) {
        return new EstimateRequest(mapper, query);
    }

    @Bean
    Processor readEstimate(EstimateRequest requests) {
        return requests::read;
    }

    @Bean
    Processor readV1Estimate(EstimateRequest requests) {
        return requests::readV1;
    }

    /** Refuses when the body is nothing: no such provider has a price. */
    @Bean
    Processor requirePrice() {
        return exchange -> {
            var body = exchange.getMessage().getBody(JsonNode.class);
            if (body.isMissingNode() || body.isNull()) {
                throw Failure.of(
                        FailureCode.ASSET_NOT_FOUND,
                        "Pricing not found for provider: "
                                + exchange.getMessage().getHeader("priceProvider", "", String.class));
            }
        };
    }

    /** Puts the cheapest provider of a comparison first, and names it. */
    @Bean
    Processor sortByCost() {
        return exchange -> {
            ObjectNode body = exchange.getMessage().getBody(JsonNode.class).deepCopy();
            ArrayNode sorted = body.arrayNode();
            StreamSupport.stream(body.path("providers").spliterator(), false)
                    .sorted(Comparator.comparingDouble(
                            (JsonNode entry) -> entry.path("total_cost").asDouble()))
                    .forEach(sorted::add);
            body.set("providers", sorted);
            body.set(
                    "cheapest_provider",
                    sorted.isEmpty() ? body.nullNode() : sorted.get(0).path("provider"));
            exchange.getMessage().setBody(body);
        };
    }
}
