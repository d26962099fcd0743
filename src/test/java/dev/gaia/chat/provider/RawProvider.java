package dev.gaia.chat.provider;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/** Answers every request on a socket with exactly the bytes that a test gives. */
final class RawProvider implements AutoCloseable {

    private final ServerSocket server;
    private final Script script;
    private final IntPredicate hangsUp;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** What is answered; empty bytes for nothing at all. */
    interface Script {
        byte[] answer(int request, String head);
    }

    RawProvider(Script script) throws IOException {
        this(script, request -> false);
    }

    /** @param hangsUp requests after whose answer the connection is closed */
    RawProvider(Script script, IntPredicate hangsUp) throws IOException {
        this.script = script;
        this.hangsUp = hangsUp;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String baseUrl() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    /** Heads of all requests, in order. */
    List<String> heads() {
        return heads;
    }

    /** Connections that were made. */
    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                var head = head(in);
                if (head.isEmpty()) {
                    return;
                }
                var length = Pattern.compile("(?i)content-length: *(\\d+)").matcher(head);
                in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
                int number = heads.size();
                heads.add(head);
                socket.getOutputStream().write(script.answer(number, head));
                if (hangsUp.test(number)) {
                    return;
                }
            }
        } catch (IOException e) {
            // the other side is gone
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                return "";
            }
            head.append((char) b);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
