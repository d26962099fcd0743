package dev.gaia.link;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How this process reaches the broker.
 *
 * @param url one or more addresses, separated by commas: {@code nats://[user:password@]host:port}, or {@code tls://}
 *     for TLS; empty or {@code disabled} means no broker
 * @param credentialsFile a NATS credentials file (JWT and nkey); empty for none
 * @param caFile certificates, as PEM, that a broker with {@code tls://} is trusted by; empty for those of the JVM
 * @param certificateFile certificate chain, as PEM, that this process shows to the broker; empty for none
 * @param keyFile private key of {@code certificateFile}, as PEM
 * @param maxReconnects attempts after a loss before the process gives up for good; -1 means never
 * @param reconnectWait pause between two attempts, to which up to half of it is added by chance
 * @param connectTimeout limit of one attempt
 * @param pingInterval the broker is asked this often whether it is alive; two unanswered pings count as a loss
 */
@ConfigurationProperties("gaia.nats")
public record NatsSettings(
        @DefaultValue("") String url,
        @DefaultValue("") String credentialsFile,
        @DefaultValue("") String caFile,
        @DefaultValue("") String certificateFile,
        @DefaultValue("") String keyFile,
        @DefaultValue("-1") int maxReconnects,
        @DefaultValue("500ms") Duration reconnectWait,
        @DefaultValue("2s") Duration connectTimeout,
        @DefaultValue("5s") Duration pingInterval) {

    public NatsSettings {
        if (maxReconnects < -1) {
            throw new IllegalArgumentException(
                    "`gaia.nats.max-reconnects` is %d; it must be -1 (never give up) or more".formatted(maxReconnects));
        }
        readable("credentials-file", credentialsFile);
        readable("ca-file", caFile);
        readable("certificate-file", certificateFile);
        readable("key-file", keyFile);
        if (certificateFile.isBlank() != keyFile.isBlank()) {
            throw new IllegalArgumentException(
                    "`gaia.nats.certificate-file` and `gaia.nats.key-file` belong together; set both or neither");
        }
        positive("reconnect-wait", reconnectWait);
        positive("connect-timeout", connectTimeout);
        positive("ping-interval", pingInterval);
    }

    /** False when this process is to run without a broker. */
    public boolean configured() {
        return !url.isBlank() && !"disabled".equalsIgnoreCase(url.strip());
    }

    /** The single addresses. */
    public List<String> servers() {
        return List.of(url.strip().split("\\s*,\\s*"));
    }

    /** The addresses as a log may show them: without user and password. */
    public String shownUrl() {
        return url.replaceAll("//[^/@,]*@", "//***@");
    }

    private static void readable(String key, String file) {
        if (!file.isBlank() && !Files.isReadable(Path.of(file))) {
            throw new IllegalArgumentException(
                    "`gaia.nats.%s` is %s, which cannot be read; name a file this process may read"
                            .formatted(key, file));
        }
    }

    private static void positive(String key, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException("`gaia.nats.%s` is %s; it must be longer than 0".formatted(key, value));
        }
    }
}
