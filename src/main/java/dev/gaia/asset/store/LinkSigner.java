package dev.gaia.asset.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs links to private files, so that whoever has the link may read the file until the link ends. */
final class LinkSigner {

    static final String EXPIRES = "expires";
    static final String SIGNATURE = "signature";

    private final SecretKeySpec key;
    private final InstantSource clock;

    LinkSigner(byte[] secret, InstantSource clock) {
        this.key = new SecretKeySpec(secret, "HmacSHA256");
        this.clock = clock;
    }

    /** The query of a link that ends after so many seconds. */
    String query(ObjectPath path, long seconds) {
        String end = Long.toString(clock.instant().getEpochSecond() + seconds);
        return EXPIRES + "=" + end + "&" + SIGNATURE + "=" + signature(path, end);
    }

    /** Is this the query of a link to the file that has not ended? */
    boolean accepts(ObjectPath path, Map<String, String> query) {
        String end = query.getOrDefault(EXPIRES, "");
        byte[] given = query.getOrDefault(SIGNATURE, "").getBytes(StandardCharsets.UTF_8);
        return end.matches("\\d{1,15}")
                && MessageDigest.isEqual(signature(path, end).getBytes(StandardCharsets.UTF_8), given)
                && Long.parseLong(end) >= clock.instant().getEpochSecond();
    }

    private String signature(ObjectPath path, String end) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal((path.text() + "\n" + end).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
