package dev.gaia.embedded;

import java.security.SecureRandom;
import java.util.HexFormat;

/** The API key of an installation nobody has given one: made once, kept owner-readable beside the data. */
final class InstallationKey {

    private static final String FILE = "api-key";
    private static final int RANDOM_BYTES = 32;

    private InstallationKey() {}

    /** The kept key, made now when there is none: {@code gaia-<environment>-<64 hex digits>}. */
    static String of(DataDirectory data, String environment) {
        return data.secret(FILE).orElseGet(() -> {
            byte[] random = new byte[RANDOM_BYTES];
            new SecureRandom().nextBytes(random);
            String key = "gaia-" + environment + "-" + HexFormat.of().formatHex(random);
            data.keepSecret(FILE, key + "\n");
            return key;
        });
    }
}
