package dev.gaia.spool;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where this process keeps what is too large for its memory while it works on it.
 *
 * @param dir folder of the temporary files; on a disk, not in memory
 * @param maxMb all of them together, in MiB; what comes beyond is refused with 503
 */
@ConfigurationProperties("gaia.spool")
public record SpoolSettings(String dir, int maxMb) {

    public SpoolSettings {
        if (dir == null || dir.isBlank()) {
            throw new IllegalArgumentException("`gaia.spool.dir` is empty; it must name a folder");
        }
        if (maxMb < 1) {
            throw new IllegalArgumentException("`gaia.spool.max-mb` is " + maxMb + "; it must be 1 or more");
        }
    }

    long maxBytes() {
        return (long) maxMb << 20;
    }
}
