package dev.gaia.drill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A model provider on a raw socket, which can fail in ways no web framework can. Serves the forms of OpenAI
 * ({@code /v1/chat/completions}) and Anthropic ({@code /v1/messages}).
 *
 * <p>Which drill a request belongs to stands in the text of its messages, as {@code [drill <name>]}, or in its model,
 * {@code drill-<name>}; a request for a model {@value #FALLBACK}… comes for the fallback.
 */
final class DrillProvider implements AutoCloseable {

    /** Begins the names of the models that are asked when the first one fails. */
    private static final String FALLBACK = "drill-fallback";

    private static final Pattern NAMED = Pattern.compile("\\[drill ([a-z0-9-]+)]");
    private static final Pattern KEY = Pattern.compile("(?i)\\r\\n(?:authorization: bearer|x-api-key:) *([^\\r]+)");
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** What the two models do in one drill; the last play of a list goes on. */
    record Script(List<Play> primary, List<Play> fallback) {}

    private final ServerSocket server;
    private final Thread accepting;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> turns = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger openConnections = new AtomicInteger();

    private DrillProvider(ServerSocket server) {
        this.server = server;
        this.accepting = Thread.ofVirtual().name("drill-provider").start(this::accept);
    }

    /** @param port 0 for any free one; listens on loopback only */
    static DrillProvider start(int port) throws IOException {
        return new DrillProvider(new ServerSocket(port, 1_024, InetAddress.getLoopbackAddress()));
    }

    int port() {
        return server.getLocalPort();
    }

    void play(String drill, Script script) {
        scripts.put(drill, script);
        turns.put(drill + "/p", new AtomicInteger());
        turns.put(drill + "/q", new AtomicInteger());
    }

    /** The requests of one drill, in order. */
    List<Asked> asked(String drill) {
        return asked.stream().filter(one -> one.drill().equals(drill)).toList();
    }

    void forget() {
        asked.clear();
    }

    int openConnections() {
        return openConnections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                Thread.ofVirtual().name("drill-connection").start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        openConnections.incrementAndGet();
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new BufferedInputStream(socket.getInputStream());
            boolean more = true;
            while (more) {
                var head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                more = answer(socket, in, head);
            }
        } catch (IOException | InterruptedException e) {
            // the connection is gone, which is what drills are about
        } finally {
            openConnections.decrementAndGet();
        }
    }

    private boolean answer(Socket socket, InputStream in, String head) throws IOException, InterruptedException {
        var length = Pattern.compile("(?i)\\r\\ncontent-length: *(\\d+)").matcher(head);
        var bytes = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        JsonNode body = MAPPER.readTree(bytes);
        var wire = head.contains("/messages ") ? DrillWire.ANTHROPIC : DrillWire.OPENAI;
        boolean primary = !body.path("model").asText().startsWith(FALLBACK);
        var drill = drill(body);
        var request = new Asked(
                drill, primary, key(head), body, header(head, "accept-encoding"), header(head, "x-request-id"));
        asked.add(request);
        return new DrillAnswer(socket, in, wire, request).play(next(drill, primary));
    }

    private static String header(String head, String name) {
        var header = Pattern.compile("(?i)\\r\\n" + name + ": *([^\\r]*)").matcher(head);
        return header.find() ? header.group(1) : "";
    }

    private static String key(String head) {
        var key = KEY.matcher(head);
        return key.find() ? key.group(1) : "";
    }

    private static String drill(JsonNode body) {
        // The last one, because earlier drills of the same caller may stand in the dialogue.
        var names = NAMED.matcher(body.path("messages").toString())
                .results()
                .map(found -> found.group(1))
                .toList();
        if (!names.isEmpty()) {
            return names.getLast();
        }
        return body.path("model").asText().replaceFirst("^(local/)?drill-", "");
    }

    private Play next(String drill, boolean primary) {
        var script = scripts.get(drill);
        if (script == null) {
            return Play.well();
        }
        var plays = primary ? script.primary() : script.fallback();
        int turn = turns.get(drill + (primary ? "/p" : "/q")).getAndIncrement();
        return plays.get(Math.min(turn, plays.size() - 1));
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        int state = 0;
        while (state < 4) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
            state = b == (state % 2 == 0 ? '\r' : '\n') ? state + 1 : b == '\r' ? 1 : 0;
        }
        return head.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            // The port is free only when nobody waits at it any more.
            accepting.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
