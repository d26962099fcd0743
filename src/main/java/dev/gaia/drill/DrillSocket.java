package dev.gaia.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/** One request of a client that handles its connection itself: leaves, ends its side, reads late. */
final class DrillSocket implements AutoCloseable {

    private static final int RECEIVE_BYTES = 8 * 1_024;
    private static final int LIMIT_MILLIS = 180_000;

    private final Socket socket;

    private DrillSocket(Socket socket) {
        this.socket = socket;
    }

    /** Connects and sends the request. */
    static DrillSocket ask(URI chat, Map<String, String> headers, ObjectNode body) throws IOException {
        boolean secure = "https".equals(chat.getScheme());
        int port = chat.getPort() >= 0 ? chat.getPort() : secure ? 443 : 80;
        var plain = new Socket();
        plain.setReceiveBufferSize(RECEIVE_BYTES);
        plain.setSoTimeout(LIMIT_MILLIS);
        plain.connect(new InetSocketAddress(chat.getHost(), port));
        var socket = secure
                ? ((SSLSocketFactory) SSLSocketFactory.getDefault()).createSocket(plain, chat.getHost(), port, true)
                : plain;
        var bytes = body.toString().getBytes(UTF_8);
        var head = new StringBuilder("POST " + chat.getPath() + " HTTP/1.1\r\nHost: " + chat.getHost()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        socket.getOutputStream().write((head + "\r\n").getBytes(UTF_8));
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return new DrillSocket(socket);
    }

    /** Reads what is there, since a connection that is closed with unread bytes is reset. */
    void drain() throws IOException {
        int there = socket.getInputStream().available();
        while (there > 0) {
            socket.getInputStream().readNBytes(there);
            there = socket.getInputStream().available();
        }
    }

    /** Reads one byte, if there is one. */
    void readAByte() throws IOException {
        if (socket.getInputStream().available() > 0) {
            socket.getInputStream().readNBytes(1);
        }
    }

    /** Reads until this has come. */
    void readUntil(String text) throws IOException {
        var read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                throw new EOFException("ended before " + text);
            }
            read.append((char) b);
        }
    }

    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** Ends the connection as a client that has seen enough does. */
    void leave() throws IOException {
        socket.close();
    }

    /** Says that nothing more is sent. */
    void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** One answer: what a client read of it. */
    record Answer(int status, String body, boolean whole) {}

    /** Reads the answer to its end; interim answers before it are left out. */
    Answer answer() throws IOException {
        var in = socket.getInputStream();
        var head = head();
        while (head.startsWith("HTTP/1.1 1")) {
            head = head();
        }
        int status = head.length() > 12 ? Integer.parseInt(head.substring(9, 12)) : 0;
        var body = new ByteArrayOutputStream();
        boolean whole;
        if (head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked")) {
            int length = chunk();
            while (length > 0) {
                body.write(in.readNBytes(length));
                line();
                length = chunk();
            }
            whole = length == 0;
        } else {
            var length = Pattern.compile("(?i)content-length: *(\\d+)").matcher(head);
            int wanted = length.find() ? Integer.parseInt(length.group(1)) : 0;
            body.write(in.readNBytes(wanted));
            whole = body.size() == wanted;
        }
        return new Answer(status, body.toString(UTF_8), whole);
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        var line = line();
        while (!line.isEmpty()) {
            head.append(line).append("\r\n");
            line = line();
        }
        return head.toString();
    }

    /** Length of the next chunk; -1 when the connection ended before it. */
    private int chunk() throws IOException {
        var line = line();
        return line.isEmpty() ? -1 : Integer.parseInt(line.strip(), 16);
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        int b = socket.getInputStream().read();
        while (b >= 0 && b != '\n') {
            if (b != '\r') {
                line.write(b);
            }
            b = socket.getInputStream().read();
        }
        return line.toString(UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
