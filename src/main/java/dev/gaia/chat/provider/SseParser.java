package dev.gaia.chat.provider;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads server-sent events from bytes that may be cut anywhere: inside a line end, a character or a field name.
 *
 * <p>Rules: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream. Only {@code data}
 * is handed on, since both providers repeat the event's name inside it; an event that the end of the stream cuts off
 * is never handed on. An event that came in one piece is a view of that piece, so that nothing is copied for most
 * tokens, and nothing is held between them. Not safe for several threads. Libraries that read events bring their own
 * HTTP client, which would put a second connection pool beside ours.
 */
final class SseParser {

    private static final byte[] NONE = {};
    private static final byte[] LINE_END = {'\n'};
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int eventMaxBytes;

    private byte[] piece = NONE;
    private int position;

    /** Of a line whose end has not come, and how much of it there is. */
    private byte[] line = NONE;

    private int lineLength;

    /** Holds the data of the event that is being read: bytes that came, or a copy to which more can be added. */
    private byte[] data = NONE;

    private boolean ownData;
    private int dataFrom;
    private int dataTo;
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;

    /** @param eventMaxBytes largest event, and largest line, that is read */
    SseParser(int eventMaxBytes) {
        this.eventMaxBytes = eventMaxBytes;
    }

    /** Takes the next bytes, which nobody may change; those before must have been read to their end. */
    void feed(byte[] bytes) {
        piece = bytes;
        position = 0;
    }

    /**
     * Reads to the end of the next event.
     *
     * @return its data; empty when more bytes are needed
     * @throws IOException when an event is larger than allowed
     */
    Optional<ByteBuffer> next() throws IOException {
        int start = position;
        for (int i = start; i < piece.length; i++) {
            byte b = piece[i];
            if (b != '\n' && b != '\r') {
                afterCarriageReturn = false;
                continue;
            }
            if (b == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
                start = i + 1;
                continue;
            }
            afterCarriageReturn = b == '\r';
            boolean whole = endLine(start, i);
            start = i + 1;
            if (whole) {
                position = start;
                return Optional.of(event());
            }
        }
        keep(start, piece.length);
        position = 0;
        piece = NONE;
        return Optional.empty();
    }

    private boolean endLine(int from, int to) throws IOException {
        if (lineLength == 0) {
            return readLine(piece, from, to);
        }
        line = append(line, lineLength, piece, from, to);
        int length = lineLength + to - from;
        lineLength = 0;
        boolean whole = readLine(line, 0, length);
        // The data may be a view of it.
        line = NONE;
        return whole;
    }

    /** Keeps what the event and the line have of a piece that is read to its end. */
    private void keep(int from, int to) throws IOException {
        if (from < to) {
            line = append(line, lineLength, piece, from, to);
            lineLength += to - from;
        }
        if (hasData) {
            ownData();
        }
    }

    private void ownData() {
        if (!ownData) {
            data = Arrays.copyOfRange(data, dataFrom, dataTo);
            dataTo -= dataFrom;
            dataFrom = 0;
            ownData = true;
        }
    }

    /** True when an event with data ends here. */
    private boolean readLine(byte[] bytes, int lineStart, int to) throws IOException {
        int from = lineStart;
        if (firstLine) {
            firstLine = false;
            from += startsWith(bytes, from, to, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
        }
        if (from == to) {
            boolean whole = hasData && dataTo > dataFrom;
            hasData = false;
            return whole;
        }
        if (startsWith(bytes, from, to, DATA) && (to - from == DATA.length || bytes[from + DATA.length] == ':')) {
            int value = Math.min(to, from + DATA.length + 1);
            readData(bytes, value < to && bytes[value] == ' ' ? value + 1 : value, to);
        }
        return false;
    }

    private void readData(byte[] bytes, int from, int to) throws IOException {
        if (hasData) {
            ownData();
            data = append(data, dataTo, LINE_END, 0, 1);
            data = append(data, dataTo + 1, bytes, from, to);
            dataTo += 1 + to - from;
        } else {
            checkSize(to - from);
            hasData = true;
            ownData = false;
            data = bytes;
            dataFrom = from;
            dataTo = to;
        }
    }

    private ByteBuffer event() {
        var event = ByteBuffer.wrap(data, dataFrom, dataTo - dataFrom);
        data = NONE;
        return event;
    }

    private byte[] append(byte[] target, int length, byte[] bytes, int from, int to) throws IOException {
        int needed = length + to - from;
        checkSize(needed);
        byte[] room = needed <= target.length ? target : Arrays.copyOf(target, Math.max(needed, target.length * 2));
        System.arraycopy(bytes, from, room, length, to - from);
        return room;
    }

    private void checkSize(int length) throws IOException {
        if (length > eventMaxBytes) {
            throw new IOException("an event is larger than " + eventMaxBytes + " bytes");
        }
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] start) {
        return to - from >= start.length && Arrays.equals(bytes, from, from + start.length, start, 0, start.length);
    }
}
