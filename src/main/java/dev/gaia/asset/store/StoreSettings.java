package dev.gaia.asset.store;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where files of assets are kept.
 *
 * @param backend {@code local}, {@code s3}, {@code supabase} or {@code gcs}
 * @param dir folder of the backend {@code local}
 * @param bucket name of the bucket, as answers show it
 * @param links where links to files lead: {@code gateway}, {@code public} (the bucket, which everybody may read) or
 *     {@code signed} (the bucket, which asks for a signature)
 * @param publicBaseUrl start of every link that the bucket does not sign: the gateway's {@code /files}, or the address of
 *     a server that serves the same files; empty for the gateway on this machine, or the bucket's own address
 * @param linkLife how long a signed link is good
 * @param linkSecret signs links to private files; empty for one that is made once and kept beside the files
 * @param timeout limit of one call of a store that is not local, a file's transfer included
 * @param inFlightMax calls of such a store at a time
 * @param retryPause before a result is stored again that could not be; longer each time
 * @param cleanInterval pause between two looks for files without an asset
 * @param cleanAge how old a file without an asset has to be
 * @param cleanBatch files that are looked at, and removed, at a time
 */
@ConfigurationProperties("gaia.asset.storage")
public record StoreSettings(
        String backend,
        String dir,
        String bucket,
        String links,
        String publicBaseUrl,
        Duration linkLife,
        Optional<String> linkSecret,
        Duration timeout,
        int inFlightMax,
        Duration retryPause,
        Duration cleanInterval,
        Duration cleanAge,
        int cleanBatch,
        S3 s3,
        Gcs gcs,
        Supabase supabase) {

    private static final Duration SHORTEST_LIFE = Duration.ofHours(1);
    private static final Duration LONGEST_LIFE = Duration.ofDays(7);
    private static final List<String> BACKENDS = List.of("local", "s3", "gcs", "supabase");
    private static final int CLEAN_BATCH_MAX = 1000;

    /**
     * A bucket of S3, or of a server that speaks S3.
     *
     * @param endpoint address of the server; empty for Amazon's
     * @param pathStyle whether the bucket stands in the path and not in the host's name
     * @param accessKey empty for what Amazon's own settings and roles give
     */
    public record S3(String endpoint, String region, boolean pathStyle, String accessKey, String secretKey) {

        public S3 {
            endpoint = withoutSlash(endpoint);
        }

        @Override
        public String toString() {
            return "S3[endpoint=" + endpoint + ", region=" + region + "]";
        }
    }

    /**
     * A bucket of Google Cloud Storage.
     *
     * @param endpoint address of Google's server, or of one that speaks its JSON interface
     * @param bucket name of the bucket
     * @param credentialsFile file of a service account; empty for the identity that the machine gives
     */
    public record Gcs(String endpoint, String bucket, String credentialsFile) {

        public Gcs {
            endpoint = withoutSlash(endpoint);
        }
    }

    /**
     * Supabase Storage.
     *
     * @param url of the project
     * @param serviceKey secret key, which may write
     */
    public record Supabase(String url, String serviceKey) {

        public Supabase {
            url = withoutSlash(url);
        }

        @Override
        public String toString() {
            return "Supabase[url=" + url + "]";
        }
    }

    public StoreSettings {
        oneOf("backend", backend, BACKENDS);
        oneOf("links", links, List.of("gateway", "public", "signed"));
        require(
                !"local".equals(backend) || "gateway".equals(links),
                "`gaia.asset.storage.links` is " + links + "; a folder has no links of its own, so it must be gateway");
        require(dir != null && !dir.isBlank(), "`gaia.asset.storage.dir` is empty; it must name a folder");
        bucketName("bucket", bucket);
        require(
                linkLife.compareTo(SHORTEST_LIFE) >= 0 && linkLife.compareTo(LONGEST_LIFE) <= 0,
                "`gaia.asset.storage.link-life` is " + linkLife + "; it must be 1h to 7d");
        positive("timeout", timeout);
        positive("retry-pause", retryPause);
        positive("clean-interval", cleanInterval);
        positive("clean-age", cleanAge);
        require(inFlightMax >= 1, "`gaia.asset.storage.in-flight-max` is " + inFlightMax + "; it must be 1 or more");
        require(
                cleanBatch >= 1 && cleanBatch <= CLEAN_BATCH_MAX,
                "`gaia.asset.storage.clean-batch` is " + cleanBatch + "; it must be 1 to " + CLEAN_BATCH_MAX);
        if ("s3".equals(backend)) {
            require(!s3.region().isBlank(), "`gaia.asset.storage.s3.region` is empty; it must name a region");
            require(
                    s3.accessKey().isEmpty() == s3.secretKey().isEmpty(),
                    "of `gaia.asset.storage.s3.access-key` and `secret-key` one is empty; set both or none");
            address("s3.endpoint", s3.endpoint(), true);
        } else if ("gcs".equals(backend)) {
            address("gcs.endpoint", gcs.endpoint(), false);
            bucketName("gcs.bucket", gcs.bucket());
        } else if ("supabase".equals(backend)) {
            address("supabase.url", supabase.url(), false);
            require(
                    !supabase.serviceKey().isBlank(),
                    "`gaia.asset.storage.supabase.service-key` is empty; without it nothing can be kept");
        }
        publicBaseUrl = withoutSlash(publicBaseUrl);
    }

    /** The start of links to the gateway, without a slash at its end; {@code port} is its port, 0 when not known. */
    String linkBase(int port) {
        if (!publicBaseUrl.isEmpty() || target() != FileLinks.Target.GATEWAY) {
            return publicBaseUrl;
        }
        return port == 0 ? "/files" : "http://localhost:" + port + "/files";
    }

    /** The bucket that files really lie in, as answers show it. */
    String shownBucket() {
        return "gcs".equals(backend) ? gcs.bucket() : bucket;
    }

    FileLinks.Target target() {
        return FileLinks.Target.valueOf(links.toUpperCase(Locale.ROOT));
    }

    /** Plain http only to this machine, as decision 8 has it for providers. */
    private static void address(String name, String url, boolean mayBeEmpty) {
        if (mayBeEmpty && url.isEmpty()) {
            return;
        }
        boolean good = Arrays.asList("https", "http").contains(scheme(url))
                && ("https".equals(scheme(url))
                        || url.matches("http://(localhost|127\\.[0-9.]+|\\[::1])(:\\d+)?(/.*)?"));
        require(
                good,
                "`gaia.asset.storage." + name + "` is " + url
                        + "; it must be an https address, or http on this machine");
    }

    private static void bucketName(String name, String bucket) {
        require(
                bucket.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
                "`gaia.asset.storage." + name + "` is " + bucket + "; it must be letters, digits, dots and dashes");
    }

    private static String scheme(String url) {
        try {
            return String.valueOf(URI.create(url).getScheme());
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static void oneOf(String name, String value, List<String> words) {
        require(
                words.contains(value),
                "`gaia.asset.storage." + name + "` is " + value + "; it must be one of " + String.join(", ", words));
    }

    private static void positive(String name, Duration value) {
        require(
                !value.isNegative() && !value.isZero(),
                "`gaia.asset.storage." + name + "` is " + value + "; it must be a duration above 0, like 1h");
    }

    private static void require(boolean good, String otherwise) {
        if (!good) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    @Override
    public String toString() {
        return "StoreSettings[backend=" + backend + ", dir=" + dir + ", bucket=" + bucket + ", links=" + links + "]";
    }
}
