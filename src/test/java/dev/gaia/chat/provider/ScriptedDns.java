package dev.gaia.chat.provider;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** A name server on loopback that says, of every name, what its first label asks for: good, unknown, failing, silent. */
public final class ScriptedDns implements AutoCloseable {

    private static final int HEADER_BYTES = 12;
    private static final int NO_SUCH_NAME = 3;
    private static final int SERVER_FAILURE = 2;
    private static final int IPV4 = 1;

    private final DatagramSocket socket;
    private final AtomicInteger queries = new AtomicInteger();
    private volatile boolean silent;

    public ScriptedDns() throws IOException {
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    public String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    public int queries() {
        return queries.get();
    }

    public void fallSilent() {
        silent = true;
    }

    private void serve() {
        var packet = new DatagramPacket(new byte[1_500], 1_500);
        while (!socket.isClosed()) {
            try {
                socket.receive(packet);
                queries.incrementAndGet();
                var query = Arrays.copyOf(packet.getData(), packet.getLength());
                int length = query[HEADER_BYTES];
                var label = new String(query, HEADER_BYTES + 1, length, StandardCharsets.US_ASCII);
                if (!silent && !"silent".equals(label)) {
                    var answer = answer(query, label);
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    /** RFC 1035, section 4: the question again, and for IPv4 an address of no lasting time. */
    private static byte[] answer(byte[] query, String label) {
        int end = HEADER_BYTES;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        end += 5;
        boolean found = "good".equals(label) && query[end - 3] == IPV4;
        int code = "unknown".equals(label) ? NO_SUCH_NAME : "failing".equals(label) ? SERVER_FAILURE : 0;
        var answer = new ByteArrayOutputStream();
        answer.write(query, 0, 2);
        answer.writeBytes(new byte[] {(byte) 0x81, (byte) (0x80 | code), 0, 1, 0, (byte) (found ? 1 : 0), 0, 0, 0, 0});
        answer.write(query, HEADER_BYTES, end - HEADER_BYTES);
        if (found) {
            answer.writeBytes(new byte[] {(byte) 0xC0, HEADER_BYTES, 0, IPV4, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1});
        }
        return answer.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
