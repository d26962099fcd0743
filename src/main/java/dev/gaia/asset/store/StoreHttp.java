package dev.gaia.asset.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls of a store over HTTP, over the client that provider calls use as well. The sending of a file and the wait for the
 * head of an answer have one limit together; so has each wait for further bytes. Redirects are not followed.
 */
final class StoreHttp implements AutoCloseable {

    private static final int TEXT_MAX_BYTES = 4 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration HEALTH = Duration.ofSeconds(3);

    private final String store;
    private final HttpClient client;
    private final Duration limit;
    private final ScheduledThreadPoolExecutor clock;

    /**
     * Calls of one store.
     *
     * @param store its name, as failures tell it
     */
    StoreHttp(String store, Duration limit) {
        this.store = store;
        this.limit = limit;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("gaia-store-clock").factory());
        clock.setRemoveOnCancelPolicy(true);
    }

    /** The head of an answer, and its body for reading; the caller closes the body. */
    record Answer(int status, HttpHeaders headers, InputStream body) {

        boolean ok() {
            return status >= 200 && status < 300;
        }

        OptionalLong length() {
            return headers.firstValueAsLong("content-length");
        }

        /** The whole body as text, up to a limit, and closes it. */
        String text() throws IOException {
            try (body) {
                byte[] bytes = body.readNBytes(TEXT_MAX_BYTES + 1);
                if (bytes.length > TEXT_MAX_BYTES) {
                    throw new IOException("the store said more than can be kept");
                }
                return new String(bytes, StandardCharsets.UTF_8);
            }
        }
    }

    Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return send(request, limit);
    }

    private Answer send(HttpRequest.Builder request, Duration timeout) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                client.send(request.timeout(timeout).build(), HttpResponse.BodyHandlers.ofInputStream());
        return new Answer(response.statusCode(), response.headers(), new Timed(response.body()));
    }

    /** Part of a file, also of a server that sends the whole one; see {@link StoredObject#read}. */
    InputStream part(HttpRequest.Builder file, long first, long length) throws IOException, InterruptedException {
        Answer answer =
                send(file.header("Range", RemoteObject.range(first, length)).GET());
        if (!answer.ok()) {
            answer.body().close();
            throw refused("hand out a file", answer);
        }
        if (answer.status() != 206) {
            answer.body().skipNBytes(first);
        }
        return answer.body();
    }

    /** Whether the store does what is asked, soon; for health. */
    boolean does(HttpRequest.Builder request) throws InterruptedException {
        try {
            Answer answer = send(request, HEALTH);
            answer.body().close();
            return answer.ok();
        } catch (IOException e) {
            return false;
        }
    }

    IOException refused(String what, Answer answer) {
        return new IOException(store + " refused to " + what + " with status " + answer.status());
    }

    /** The content as the body of a request, with its length. */
    static HttpRequest.BodyPublisher body(Content content) throws IOException {
        return switch (content) {
            case Content.Held held -> HttpRequest.BodyPublishers.ofByteArray(held.bytes());
            case Content.OnDisk file -> HttpRequest.BodyPublishers.ofFile(file.path());
        };
    }

    @Override
    public void close() {
        clock.shutdownNow();
        client.shutdownNow();
    }

    /** Ends a body of which nothing more comes. */
    private final class Timed extends FilterInputStream {

        Timed(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Future<?> end = clock.schedule(this::giveUp, limit.toMillis(), TimeUnit.MILLISECONDS);
            try {
                return super.read(target, offset, length);
            } finally {
                end.cancel(false);
            }
        }

        private void giveUp() {
            try {
                in.close();
            } catch (IOException e) {
                // The reader learns of it.
            }
        }
    }
}
