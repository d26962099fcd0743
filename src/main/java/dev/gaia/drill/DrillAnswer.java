package dev.gaia.drill;

import dev.gaia.drill.Play.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Plays one answer on a connection. */
final class DrillAnswer {

    private static final long PING_MILLIS = 300;
    private static final long BEFORE_RESET_MILLIS = 100;
    private static final int FLOOD_PIECES = 2_048;
    private static final int FLOOD_PIECE_CHARACTERS = 2 * 1_024;
    private static final int FLOOD_SOCKET_BYTES = 64 * 1_024;
    private static final int MUCH_BYTES = 6 << 20;

    /** All the text of a flood, in characters; white space, so that nobody takes it for too many words. */
    static final long FLOOD_CHARACTERS = (long) FLOOD_PIECES * FLOOD_PIECE_CHARACTERS;

    private final Socket socket;
    private final InputStream in;
    private OutputStream out;
    private final DrillWire wire;
    private final Asked asked;
    private final String model;

    DrillAnswer(Socket socket, InputStream in, DrillWire wire, Asked asked) throws IOException {
        this.socket = socket;
        this.in = in;
        this.out = socket.getOutputStream();
        this.wire = wire;
        this.asked = asked;
        this.model = asked.body().path("model").asText();
    }

    /** Plays it; true when the connection can be used again. */
    boolean play(Play play) throws IOException, InterruptedException {
        try {
            switch (play.fault()) {
                case RESET_BEFORE -> {
                    return reset();
                }
                case CLOSE_BEFORE -> {
                    return false;
                }
                case SILENCE -> {
                    return awaitLeaving();
                }
                default -> {
                    // something is sent
                }
            }
            if (play.fault() == Fault.NO_PREFILL && DrillText.prefilled(asked.body())) {
                return document(400, play, wire.error(400, "prefill"));
            }
            if (play.status() != 200) {
                return document(play.status(), play, play.body().isEmpty() ? error(play) : play.body());
            }
            switch (play.fault()) {
                case COMPRESSED, COMPRESSED_BADLY, COMPRESSED_MUCH -> {
                    return compressed(play, wire.document(model, DrillText.answer(asked.body()), "stop"));
                }
                case SHAPELESS -> {
                    return document(200, play, DrillWire.shapeless());
                }
                case INTERIM -> send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
                default -> {
                    // the answer, or most of it
                }
            }
            if (play.fault() == Fault.WEB_PAGE) {
                send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<p>Sorry.</p>\r\n");
                return true;
            }
            return asked.body().path("stream").asBoolean() ? stream(play) : whole(play);
        } catch (IOException e) {
            asked.left();
            throw e;
        }
    }

    private String error(Play play) {
        return wire.error(play.status(), play.code().isEmpty() ? "server_error" : play.code());
    }

    private boolean reset() throws IOException {
        socket.setSoLinger(true, 0);
        return false;
    }

    private boolean awaitLeaving() throws IOException {
        while (in.read() >= 0) {
            // nothing is said before the client leaves
        }
        asked.left();
        return false;
    }

    // --- whole answers

    private boolean whole(Play play) throws IOException, InterruptedException {
        Thread.sleep(play.firstDelayMillis());
        var text = DrillText.answer(asked.body());
        var document = wire.document(model, text, play.fault() == Fault.REFUSED ? "content_filter" : "stop");
        return switch (play.fault()) {
            case CUT, HEAD_ONLY, RESET, STALL, NO_FINISH, TOOL_CUT, PINGED_STALL -> cutDocument(play, document);
            case MALFORMED, MALFORMED_THRICE, MALFORMED_MUCH ->
                document(200, play, document.substring(0, document.length() / 2));
            case ERROR_EVENT -> document(200, play, wire.error(503, "overloaded"));
            case EMPTY -> document(200, play, wire.document(model, "", "stop"));
            case ENDLESS -> endless("application/json");
            case WRONG_FORM -> streamed(play);
            default -> document(200, play, document);
        };
    }

    private boolean cutDocument(Play play, String document) throws IOException {
        var bytes = DrillProvider.bytes(document);
        send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n\r\n");
        if (play.fault() != Fault.HEAD_ONLY) {
            out.write(bytes, 0, bytes.length / 2);
            out.flush();
        }
        return switch (play.fault()) {
            case RESET -> reset();
            case STALL, HEAD_ONLY, PINGED_STALL -> awaitLeaving();
            default -> false;
        };
    }

    private boolean document(int status, Play play, String document) throws IOException {
        var bytes = DrillProvider.bytes(document);
        var head = new StringBuilder("HTTP/1.1 " + status + " Drill\r\nContent-Type: application/json\r\n");
        play.headers()
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        send(head + "Content-Length: " + bytes.length + "\r\n\r\n");
        out.write(bytes);
        out.flush();
        return true;
    }

    private boolean compressed(Play play, String document) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(DrillProvider.bytes(document));
            if (play.fault() == Fault.COMPRESSED_MUCH) {
                gzip.write(new byte[MUCH_BYTES]);
            }
        }
        var bytes = packed.toByteArray();
        if (play.fault() == Fault.COMPRESSED_BADLY) {
            bytes[bytes.length - 6] ^= 0x55;
        }
        send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: "
                + bytes.length + "\r\n\r\n");
        out.write(bytes);
        out.flush();
        return true;
    }

    private boolean endless(String type) throws IOException {
        send("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n");
        return endlessLine();
    }

    private boolean endlessLine() throws IOException {
        var line = "data: " + "x".repeat(65_536);
        while (true) {
            chunk(line);
        }
    }

    private void flood(Play play) throws IOException {
        socket.setSendBufferSize(FLOOD_SOCKET_BYTES);
        var piece = wire.piece(model, " ".repeat(FLOOD_PIECE_CHARACTERS));
        int pieces = play.after() > 0 ? play.after() : FLOOD_PIECES;
        for (int i = 0; i < pieces; i++) {
            chunk(piece);
            asked.sent(piece.length());
        }
    }

    // --- streams

    private boolean stream(Play play) throws IOException, InterruptedException {
        return play.fault() == Fault.WRONG_FORM
                ? document(200, play, wire.document(model, DrillText.answer(asked.body()), "stop"))
                : streamed(play);
    }

    private boolean streamed(Play play) throws IOException, InterruptedException {
        if (play.fault() == Fault.ENDLESS && play.after() == 0) {
            return endless("text/event-stream");
        }
        send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                + (play.fault() == Fault.COMPRESSED_STREAM ? "Content-Encoding: gzip\r\n" : "")
                + "Transfer-Encoding: chunked\r\n\r\n");
        if (play.fault() == Fault.HEAD_ONLY) {
            return awaitLeaving();
        }
        if (play.fault() == Fault.CUT_BYTES) {
            out = new CutStream(out, play.after());
            for (var event : play.body().splitWithDelimiters("\n\n", 0)) {
                chunk(event);
                Thread.sleep(play.paceMillis());
            }
            return end();
        }
        if (play.fault() == Fault.MARKED) {
            chunk("\uFEFF");
        }
        for (var event : wire.opening(model)) {
            event(play, event);
        }
        while (play.fault() == Fault.ENDLESS_TEXT) {
            event(play, wire.piece(model, "and so on "));
            Thread.sleep(1);
        }
        Thread.sleep(play.firstDelayMillis());
        var pieces = play.fault() == Fault.EMPTY ? List.<String>of() : DrillText.pieces(DrillText.answer(asked.body()));
        int after = Math.min(play.after(), pieces.size());
        for (var piece : pieces.subList(0, after)) {
            event(play, wire.piece(model, piece));
            asked.sent(piece.length());
            Thread.sleep(play.paceMillis());
        }
        return go(play, pieces.subList(after, pieces.size()));
    }

    /** The place where most faults strike. */
    private boolean go(Play play, List<String> rest) throws IOException, InterruptedException {
        switch (play.fault()) {
            case CUT -> {
                return false;
            }
            case RESET -> {
                // A reset drops what the other side has not read yet.
                Thread.sleep(BEFORE_RESET_MILLIS);
                return reset();
            }
            case STALL -> {
                return awaitLeaving();
            }
            case ENDLESS -> {
                return endlessLine();
            }
            case FLOOD -> flood(play);
            case HALVES -> {
                var halves = wire.piece(model, "🙂").replace("🙂", "\\ud83d");
                chunk(halves);
                chunk(wire.piece(model, "🙂").replace("🙂", "\\ude42"));
                var bytes = DrillProvider.bytes(wire.piece(model, "~"));
                bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf('~')] = (byte) 0xFF;
                chunk(bytes);
            }
            case PINGED_STALL -> {
                while (true) {
                    chunk(wire.ping());
                    Thread.sleep(PING_MILLIS);
                }
            }
            case NO_FINISH -> {
                return end();
            }
            case ERROR_EVENT -> {
                chunk(wire.errorEvent());
                return end();
            }
            case TOOL_CUT -> {
                for (var piece : wire.toolPieces(model)) {
                    chunk(piece);
                }
                return false;
            }
            case MALFORMED -> chunk(wire.broken());
            case MALFORMED_THRICE -> chunk(wire.broken().repeat(3));
            case MALFORMED_MUCH -> chunk(wire.broken().repeat(4));
            default -> {
                // the answer goes on
            }
        }
        boolean silent = play.fault() == Fault.REFUSED || play.fault() == Fault.FLOOD;
        for (var piece : silent ? List.<String>of() : rest) {
            event(play, wire.piece(model, piece));
            Thread.sleep(play.paceMillis());
        }
        return finish(play);
    }

    private boolean finish(Play play) throws IOException {
        var events = new ArrayList<>(wire.finish(model, play.fault() == Fault.REFUSED ? "content_filter" : "stop"));
        if (play.fault() == Fault.TWICE) {
            events.add(wire.piece(model, " Nobody may read this."));
            events.addAll(wire.finish(model, "length"));
        }
        if (play.fault() == Fault.ERROR_AFTER_ENDING) {
            events.add(wire.errorEvent());
        }
        for (var event : events) {
            event(play, event);
        }
        if (play.fault() == Fault.NO_MARK_OPEN) {
            return awaitLeaving();
        }
        if (play.fault() != Fault.NO_MARK) {
            event(play, wire.mark());
        }
        return end();
    }

    private void event(Play play, String event) throws IOException {
        if (play.fault() == Fault.MARKED) {
            chunk(event.replace("\n", "\r"));
        } else if (play.fault() == Fault.DIVIDED) {
            var bytes = DrillProvider.bytes(event.replace("\n", "\r\n"));
            for (int at = 0; at < bytes.length; at += 7) {
                int length = Math.min(7, bytes.length - at);
                send(Integer.toHexString(length) + "\r\n");
                out.write(bytes, at, length);
                send("\r\n");
            }
        } else {
            chunk(event);
        }
    }

    private void chunk(String event) throws IOException {
        chunk(DrillProvider.bytes(event));
    }

    private void chunk(byte[] bytes) throws IOException {
        send(Integer.toHexString(bytes.length) + "\r\n");
        out.write(bytes);
        send("\r\n");
    }

    private boolean end() throws IOException {
        send("0\r\n\r\n");
        return true;
    }

    private void send(String text) throws IOException {
        out.write(DrillProvider.ascii(text));
        out.flush();
    }
}
