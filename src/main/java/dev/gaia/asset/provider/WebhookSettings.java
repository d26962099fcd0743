package dev.gaia.asset.provider;

import static java.util.Objects.requireNonNullElse;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The secrets with which providers sign their call-backs; without one a call-back is taken unsigned, in production not at
 * all.
 */
@ConfigurationProperties("gaia.asset.webhook")
public record WebhookSettings(String meshySecret, String midjourneySecret, String mubertSecret) {

    public WebhookSettings {
        meshySecret = requireNonNullElse(meshySecret, "").strip();
        midjourneySecret = requireNonNullElse(midjourneySecret, "").strip();
        mubertSecret = requireNonNullElse(mubertSecret, "").strip();
    }

    /** Empty for none. */
    String secret(String provider) {
        return switch (provider) {
            case "meshy" -> meshySecret;
            case "midjourney" -> midjourneySecret;
            case "mubert" -> mubertSecret;
            default -> throw new IllegalArgumentException("no call-backs come from " + provider);
        };
    }

    @Override
    public String toString() {
        return "WebhookSettings[***]";
    }
}
