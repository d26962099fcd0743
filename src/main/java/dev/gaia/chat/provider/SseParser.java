package dev.gaia.chat.provider;

import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Reads server-sent events from bytes that may be cut anywhere: inside a line end, a character or a field name.
 *
 * <p>Rules: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream. Only {@code data}
 * is handed on, since both providers repeat the event's name inside it; an event that the end of the stream cuts off
 * is never handed on. Not safe for several threads. Libraries that read events bring their own HTTP client, which
 * would put a second connection pool beside ours.
 */
final class SseParser {

    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int eventMaxBytes;
    private final Consumer<byte[]> events;

    private byte[] line = new byte[512];
    private int lineLength;
    private byte[] data = new byte[512];
    private int dataLength;
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean firstLine = true;

    /**
     * @param eventMaxBytes largest event, and largest line, that is read
     * @param events gets the data of each whole event
     */
    SseParser(int eventMaxBytes, Consumer<byte[]> events) {
        this.eventMaxBytes = eventMaxBytes;
        this.events = events;
    }

    /**
     * Reads the next bytes, all of them.
     *
     * @throws IOException when an event is larger than allowed
     */
    void feed(byte[] bytes) throws IOException {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            byte b = bytes[i];
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
            endLine(bytes, start, i);
            start = i + 1;
        }
        keep(bytes, start, bytes.length);
    }

    private void endLine(byte[] bytes, int from, int to) throws IOException {
        if (lineLength == 0) {
            readLine(bytes, from, to);
        } else {
            keep(bytes, from, to);
            int length = lineLength;
            lineLength = 0;
            readLine(line, 0, length);
        }
    }

    private void keep(byte[] bytes, int from, int to) throws IOException {
        line = append(line, lineLength, bytes, from, to);
        lineLength += to - from;
    }

    private void readLine(byte[] bytes, int lineStart, int to) throws IOException {
        int from = lineStart;
        if (firstLine) {
            firstLine = false;
            from += startsWith(bytes, from, to, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
        }
        if (from == to) {
            dispatch();
        } else if (startsWith(bytes, from, to, DATA)
                && (to - from == DATA.length || bytes[from + DATA.length] == ':')) {
            int value = Math.min(to, from + DATA.length + 1);
            readData(bytes, value < to && bytes[value] == ' ' ? value + 1 : value, to);
        }
    }

    private void readData(byte[] bytes, int from, int to) throws IOException {
        if (hasData) {
            data = append(data, dataLength, new byte[] {'\n'}, 0, 1);
            dataLength++;
        }
        hasData = true;
        data = append(data, dataLength, bytes, from, to);
        dataLength += to - from;
    }

    private void dispatch() {
        if (hasData && dataLength > 0) {
            events.accept(Arrays.copyOf(data, dataLength));
        }
        hasData = false;
        dataLength = 0;
    }

    private byte[] append(byte[] target, int length, byte[] bytes, int from, int to) throws IOException {
        int needed = length + to - from;
        if (needed > eventMaxBytes) {
            throw new IOException("an event is larger than " + eventMaxBytes + " bytes");
        }
        byte[] room = needed <= target.length ? target : Arrays.copyOf(target, Math.max(needed, target.length * 2));
        System.arraycopy(bytes, from, room, length, to - from);
        return room;
    }

    private static boolean startsWith(byte[] bytes, int from, int to, byte[] start) {
        return to - from >= start.length && Arrays.equals(bytes, from, from + start.length, start, 0, start.length);
    }
}
