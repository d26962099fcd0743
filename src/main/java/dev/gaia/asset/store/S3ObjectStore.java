package dev.gaia.asset.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Files in a bucket of S3 or of a server that speaks S3, by Amazon's own client over Java's HTTP connections. A file is
 * written with {@code If-None-Match: *}, which S3 has since August 2024; a server that ignores it overwrites, and its
 * bucket needs a policy that forbids that.
 */
final class S3ObjectStore implements ObjectStore {

    private static final Duration HEALTH = Duration.ofSeconds(3);

    private final S3Client client;
    private final S3Presigner presigner;
    private final String bucket;

    S3ObjectStore(StoreSettings.S3 settings, String bucket, Duration limit) {
        AwsCredentialsProvider credentials = settings.accessKey().isEmpty()
                ? DefaultCredentialsProvider.builder().build()
                : StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
        var form = S3Configuration.builder()
                .pathStyleAccessEnabled(settings.pathStyle())
                .build();
        var building = S3Client.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials)
                .serviceConfiguration(form)
                // Other servers than Amazon's refuse the checksums its client adds unasked.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(call -> call.apiCallTimeout(limit).apiCallAttemptTimeout(limit))
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(5))
                        .socketTimeout(limit));
        var signing = S3Presigner.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(credentials)
                .serviceConfiguration(form);
        if (!settings.endpoint().isEmpty()) {
            building.endpointOverride(URI.create(settings.endpoint()));
            signing.endpointOverride(URI.create(settings.endpoint()));
        }
        this.client = building.build();
        this.presigner = signing.build();
        this.bucket = bucket;
    }

    /** A call of the client. */
    private interface Call<T> {
        T make() throws IOException;
    }

    private static <T> T made(String what, Call<T> call) throws IOException, InterruptedException {
        try {
            return call.make();
        } catch (AbortedException e) {
            Thread.interrupted();
            throw new InterruptedException();
        } catch (S3Exception e) {
            throw new IOException("S3 refused to " + what + " with status " + e.statusCode(), e);
        } catch (SdkException e) {
            throw new IOException("S3 did not " + what, e);
        }
    }

    @Override
    public boolean put(ObjectPath path, String contentType, Content content) throws IOException, InterruptedException {
        RequestBody body = switch (content) {
            case Content.Held held -> RequestBody.fromBytes(held.bytes());
            case Content.OnDisk file -> RequestBody.fromFile(file.path());
        };
        return made("keep a file", () -> {
            try {
                client.putObject(
                        request -> request.bucket(bucket)
                                .key(path.text())
                                .contentType(contentType)
                                .cacheControl("max-age=" + CACHE_SECONDS)
                                .ifNoneMatch("*"),
                        body);
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == 412) {
                    return false;
                }
                throw e;
            }
        });
    }

    @Override
    public Optional<StoredObject> open(ObjectPath path) throws IOException, InterruptedException {
        return made("look for a file", () -> {
            try {
                HeadObjectResponse head =
                        client.headObject(request -> request.bucket(bucket).key(path.text()));
                return Optional.<StoredObject>of(
                        new RemoteObject(head.contentLength(), (first, length) -> read(path, first, length)));
            } catch (S3Exception e) {
                if (e.statusCode() == 404) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    @Override
    public void delete(ObjectPath path) throws IOException, InterruptedException {
        made(
                "remove a file",
                () -> client.deleteObject(request -> request.bucket(bucket).key(path.text())));
    }

    @Override
    public ObjectWalk walk() {
        return new PagedWalk(this::page);
    }

    @Override
    public boolean available() throws InterruptedException {
        try {
            made(
                    "answer",
                    () -> client.headBucket(request ->
                            request.bucket(bucket).overrideConfiguration(call -> call.apiCallTimeout(HEALTH))));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String backend() {
        return "s3";
    }

    @Override
    public String publicLink(ObjectPath path) {
        return client.utilities()
                .getUrl(request -> request.bucket(bucket).key(path.text()))
                .toString();
    }

    @Override
    public Map<ObjectPath, String> signedLinks(Collection<ObjectPath> paths, Duration life)
            throws IOException, InterruptedException {
        return made("sign a link", () -> {
            Map<ObjectPath, String> links = new LinkedHashMap<>();
            for (ObjectPath path : paths) {
                links.put(
                        path,
                        presigner
                                .presignGetObject(request -> request.signatureDuration(life)
                                        .getObjectRequest(
                                                file -> file.bucket(bucket).key(path.text())))
                                .url()
                                .toString());
            }
            return links;
        });
    }

    @Override
    public void close() {
        presigner.close();
        client.close();
    }

    private InputStream read(ObjectPath path, long first, long length) throws IOException, InterruptedException {
        ResponseInputStream<GetObjectResponse> bytes = made(
                "hand out a file",
                () -> client.getObject(
                        request -> request.bucket(bucket).key(path.text()).range(RemoteObject.range(first, length))));
        return new Abandoned(bytes);
    }

    /** Ends the transfer when it is closed before its end, instead of receiving the rest. */
    private static final class Abandoned extends java.io.FilterInputStream {

        private final ResponseInputStream<GetObjectResponse> bytes;

        Abandoned(ResponseInputStream<GetObjectResponse> bytes) {
            super(bytes);
            this.bytes = bytes;
        }

        @Override
        public void close() {
            bytes.abort();
        }
    }

    private PagedWalk.Page page(Optional<String> token, int max) throws IOException, InterruptedException {
        ListObjectsV2Response page = made(
                "list its files",
                () -> client.listObjectsV2(
                        request -> request.bucket(bucket).maxKeys(max).continuationToken(token.orElse(null))));
        List<ObjectWalk.Entry> found = new ArrayList<>();
        page.contents()
                .forEach(file -> ObjectPath.parse(file.key())
                        .ifPresent(path -> found.add(new ObjectWalk.Entry(path, file.lastModified()))));
        return new PagedWalk.Page(
                found,
                Optional.ofNullable(page.nextContinuationToken())
                        .filter(next -> Boolean.TRUE.equals(page.isTruncated())));
    }
}
