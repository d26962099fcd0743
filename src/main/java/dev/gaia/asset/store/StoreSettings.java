package dev.gaia.asset.store;

import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where files of assets are kept.
 *
 * @param backend {@code local}
 * @param dir folder of the backend {@code local}
 * @param bucket name of the bucket, as answers show it
 * @param publicBaseUrl start of every link: the gateway's {@code /files}, or the address of a server that serves the same
 *     folder; empty for the gateway on this machine
 * @param linkLife how long a signed link is good
 * @param linkSecret signs links to private files; empty for one that is made once and kept beside the files
 */
@ConfigurationProperties("gaia.asset.storage")
public record StoreSettings(
        String backend,
        String dir,
        String bucket,
        String publicBaseUrl,
        Duration linkLife,
        Optional<String> linkSecret) {

    private static final Duration SHORTEST_LIFE = Duration.ofHours(1);

    public StoreSettings {
        if (!"local".equals(backend)) {
            throw new IllegalArgumentException("`gaia.asset.storage.backend` is " + backend + "; it must be local");
        }
        if (dir == null || dir.isBlank()) {
            throw new IllegalArgumentException("`gaia.asset.storage.dir` is empty; it must name a folder");
        }
        if (linkLife.compareTo(SHORTEST_LIFE) < 0) {
            throw new IllegalArgumentException(
                    "`gaia.asset.storage.link-life` is " + linkLife + "; it must be 1h or more");
        }
        publicBaseUrl =
                publicBaseUrl.endsWith("/") ? publicBaseUrl.substring(0, publicBaseUrl.length() - 1) : publicBaseUrl;
    }

    /** The start of every link, without a slash at its end; {@code port} is the gateway's, 0 when it is not known. */
    String linkBase(int port) {
        if (!publicBaseUrl.isEmpty()) {
            return publicBaseUrl;
        }
        return port == 0 ? "/files" : "http://localhost:" + port + "/files";
    }

    @Override
    public String toString() {
        return "StoreSettings[backend=" + backend + ", dir=" + dir + ", publicBaseUrl=" + publicBaseUrl + "]";
    }
}
