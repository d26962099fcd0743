package dev.gaia.gateway;

import dev.gaia.spool.Spool;
import java.util.Map;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the asset operations take from a request beside its body; values of parameter {@code body} of the template. */
@Configuration(proxyBeanMethods = false)
class AssetRequestConfiguration {

    /** A JSON object, and how the caller wants to be answered. */
    @Bean
    Processor takeAssetRequest(@Qualifier("requireJsonObject") Processor body) {
        return new CarryHeaders(Map.of("Prefer", "gaia-prefer", "Idempotency-Key", "gaia-idempotency-key"), body);
    }

    /** No body, but perhaps a part of a file. */
    @Bean
    Processor takeFileRequest(@Qualifier("ignoreBody") Processor body) {
        return new CarryHeaders(Map.of("Range", "gaia-range"), body);
    }

    /** The bytes as they came, since a signature covers them. */
    @Bean
    Processor takeWebhook() {
        return new CarryHeaders(
                Map.of(
                        "X-Meshy-Signature", "gaia-meshy-signature",
                        "X-Midjourney-Signature", "gaia-midjourney-signature",
                        "X-Mubert-Signature", "gaia-mubert-signature"),
                new LimitBody(1 << 20));
    }

    /** A form, in a temporary file. */
    @Bean
    Processor takeUpload(Spool spool) {
        return new SpoolBody(spool);
    }
}
