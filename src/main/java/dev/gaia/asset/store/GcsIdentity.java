package dev.gaia.asset.store;

import com.google.auth.ServiceAccountSigner;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Who this process is for Google Cloud Storage: tokens for its calls, which Google's own library gets and renews, and
 * signatures of links (V4, November 2026). A service account's file signs here; the identity of a machine has Google sign
 * each link.
 */
final class GcsIdentity {

    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final DateTimeFormatter MOMENT =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final GoogleCredentials credentials;

    private GcsIdentity(GoogleCredentials credentials) {
        // Whoever stores a file tries again later; the library's own attempts would hold up health for seconds.
        this.credentials = credentials.createScoped(SCOPE).createWithCustomRetryStrategy(false);
    }

    /**
     * Reads the file of a service account, or finds the identity that this machine gives.
     *
     * @param file empty for the machine's identity
     */
    static GcsIdentity of(String file) {
        try {
            if (file.isEmpty()) {
                return new GcsIdentity(GoogleCredentials.getApplicationDefault());
            }
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                return new GcsIdentity(GoogleCredentials.fromStream(in));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file.isEmpty()
                            ? "`gaia.asset.storage.gcs.credentials-file` is empty, and this machine has no identity at"
                                    + " Google; name the file of a service account"
                            : "`gaia.asset.storage.gcs.credentials-file` is " + file
                                    + "; it must be the readable file of a service account",
                    e);
        }
    }

    /** The headers by which a call says who makes it. */
    Map<String, List<String>> headers() throws IOException {
        try {
            return credentials.getRequestMetadata();
        } catch (IOException e) {
            throw new IOException("Google gave no token for its storage", e);
        }
    }

    /** The link with a signature for whoever has it; it is good for so long, 7 days at most. */
    String signedLink(URI link, Duration life, Instant now) throws IOException {
        if (!(credentials instanceof ServiceAccountSigner signer)) {
            throw new IOException("these credentials of Google cannot sign links; a service account can");
        }
        String moment = MOMENT.format(now);
        String scope = moment.substring(0, 8) + "/auto/storage/goog4_request";
        try {
            String query = "X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential="
                    + (signer.getAccount() + "/" + scope).replace("@", "%40").replace("/", "%2F")
                    + "&X-Goog-Date=" + moment + "&X-Goog-Expires=" + life.toSeconds() + "&X-Goog-SignedHeaders=host";
            String request = String.join(
                    "\n",
                    "GET",
                    link.getRawPath(),
                    query,
                    "host:" + link.getRawAuthority(),
                    "",
                    "host",
                    "UNSIGNED-PAYLOAD");
            String signed = String.join("\n", "GOOG4-RSA-SHA256", moment, scope, sha256(request));
            return link + "?" + query + "&X-Goog-Signature="
                    + HexFormat.of().formatHex(signer.sign(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (ServiceAccountSigner.SigningException e) {
            throw new IOException("Google did not sign a link", e);
        }
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
