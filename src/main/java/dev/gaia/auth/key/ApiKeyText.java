package dev.gaia.auth.key;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;

/**
 * A key as its owner gets it, once: {@code gaia_<environment>_<43 letters and digits>}. The last part carries 256 random
 * bits, which is why the plain SHA-256 that the table keeps cannot be reversed by guessing.
 *
 * @param text the whole key; a secret
 */
record ApiKeyText(String text) {

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** 62 to the 43rd is the first power above 2 to the 256th. */
    private static final int RANDOM_CHARACTERS = 43;

    /** Characters of the random part that lists show; 220 bits stay secret. */
    private static final int SHOWN_CHARACTERS = 6;

    private static final int ENVIRONMENT_MAX = 12;

    private static final Map<String, String> SHORT_NAMES = Map.of(
            "", "dev",
            "development", "dev",
            "staging", "stage",
            "production", "prod");

    private static final SecureRandom RANDOM = new SecureRandom();

    static ApiKeyText random(String environment) {
        var text = new StringBuilder("gaia_").append(shortName(environment)).append('_');
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new ApiKeyText(text.toString());
    }

    /** What lists show of the key, to tell it from others. */
    String prefix() {
        return text.substring(0, text.length() - RANDOM_CHARACTERS + SHOWN_CHARACTERS);
    }

    private static String shortName(String environment) {
        String name = environment.strip().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        name = name.substring(0, Math.min(name.length(), ENVIRONMENT_MAX));
        return SHORT_NAMES.getOrDefault(name, name);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "ApiKeyText[" + prefix() + "]";
    }
}
