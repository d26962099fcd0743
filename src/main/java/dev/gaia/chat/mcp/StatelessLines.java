package dev.gaia.chat.mcp;

import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.modern.client.transport.StdioMcpClientTransport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The official SDK's transport of the revision 2026-07-28 on the lines of a child process, which stays ours: closing this
 * leaves the program running.
 */
final class StatelessLines implements AutoCloseable {

    private static final int PIPE_BYTES = 65_536;

    private final ChildLines lines;
    private final PipedInputStream fromServer = new PipedInputStream(PIPE_BYTES);
    private final PipedOutputStream received;
    private final StdioMcpClientTransport transport;

    StatelessLines(ChildLines lines, McpJsonMapper mapper, int messageMaxBytes) {
        this.lines = lines;
        try {
            this.received = new PipedOutputStream(fromServer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lines.giveTo(this::receive);
        var unused = lines.ended().thenRun(this::end);
        this.transport = StdioMcpClientTransport.builder(fromServer, new ToServer())
                .jsonMapper(mapper)
                .inputMaxSize(messageMaxBytes)
                .start();
    }

    StdioMcpClientTransport transport() {
        return transport;
    }

    private void receive(String line) {
        try {
            received.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            received.flush();
        } catch (IOException e) {
            // closed: what still comes was asked for by nobody
        }
    }

    private void end() {
        try {
            received.close();
        } catch (IOException e) {
            // closed already
        }
    }

    @Override
    public void close() {
        lines.giveTo(line -> {});
        transport.close();
        end();
        try {
            fromServer.close();
        } catch (IOException e) {
            // closed already
        }
    }

    /** Each message comes as one array. */
    private final class ToServer extends OutputStream {

        @Override
        public void write(int one) {
            lines.write(new byte[] {(byte) one});
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            lines.write(Arrays.copyOfRange(bytes, from, from + length));
        }
    }
}
