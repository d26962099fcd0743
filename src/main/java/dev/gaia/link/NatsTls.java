package dev.gaia.link;

import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/** What TLS to the broker needs beyond what the JVM trusts by itself. */
final class NatsTls {

    private NatsTls() {}

    /**
     * @return empty when nothing is configured: {@code tls://} then trusts what the JVM trusts
     * @throws IllegalArgumentException when a file holds no certificate or key in PEM form
     */
    static Optional<SSLContext> context(NatsSettings settings) {
        if (settings.caFile().isBlank() && settings.certificateFile().isBlank()) {
            return Optional.empty();
        }
        var trusted = PemSslStoreDetails.forCertificates(location(settings.caFile()));
        var own = PemSslStoreDetails.forCertificates(location(settings.certificateFile()))
                .withPrivateKey(location(settings.keyFile()));
        try {
            return Optional.of(SslBundle.of(new PemSslStoreBundle(own, trusted)).createSslContext());
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(
                    "`gaia.nats.ca-file`, `certificate-file` or `key-file` holds no certificate or key in PEM form", e);
        }
    }

    /** Spring reads a path as text of a certificate unless it is a location; an empty one means none. */
    private static String location(String file) {
        return file.isBlank() ? "" : "file:" + file;
    }
}
