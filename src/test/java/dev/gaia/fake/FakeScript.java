package dev.gaia.fake;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the fake provider does with one request, read from a name such as {@code fake-cut-after-3}.
 *
 * <p>A stream sends {@code pieces} pieces, the first {@code firstDelayMillis} after the request and then one every
 * {@code paceMillis}; after {@code strikesAfter} pieces the {@link Fault} happens. A JSON answer waits
 * {@code firstDelayMillis} and shows the same fault in its own form. The whole list of names is in
 * {@link #named(String)}; any other name answers normally.
 *
 * @param status HTTP status; anything but 200 is answered with the provider's error document
 * @param errorCode the provider's code in that document, empty for the usual one of the status
 * @param retryAfterSeconds sent as {@code Retry-After}, absent when empty
 * @param calls the tools it asks for when {@code content} is {@link Content#CALLS}
 * @param said the pieces of {@link Content#SAID}
 */
record FakeScript(
        Content content,
        int pieces,
        long firstDelayMillis,
        long paceMillis,
        Fault fault,
        int strikesAfter,
        int status,
        Optional<String> errorCode,
        Optional<Integer> retryAfterSeconds,
        List<FakeToolCall> calls,
        List<String> said) {

    /** What the answer says. */
    enum Content {
        /** {@link FakeModelProvider#DEFAULT_TEXT}, word by word. */
        SENTENCE,
        /** The text of the last user message. */
        ECHO,
        /** {@code p0 p1 p2 …}. */
        NUMBERED,
        /** {@code 0@<System.nanoTime of sending> …}: lets a client on the same machine measure the delay. */
        STAMPED,
        /** Letters and pictures of two, three and four bytes. */
        UNICODE,
        /** One kilobyte of text in every piece. */
        BIG,
        /** No text at all, finished properly. */
        NOTHING,
        /** One call of the function {@code get_weather}. */
        TOOL_CALL,
        /** The same with two calls at once. */
        TWO_TOOL_CALLS,
        /** Calls of any functions, after a few words. */
        CALLS,
        /** The text of the script's own name. */
        SAID,
        /** A text that was cut by the token limit. */
        LENGTH,
        /** A refusal by the provider's content filter. */
        REFUSAL,
        /** What follows the last colon of the last user message, and {@code and so it ends.} after it. */
        CONTINUE
    }

    /** How the answer goes wrong. */
    enum Fault {
        NONE,
        /** The connection ends without the last chunk, or before the promised length. */
        CUT,
        /** The same with a TCP reset. */
        RESET,
        /** Silence on an open connection. */
        STALL,
        /** Not even a status line, on an open connection. */
        SILENT,
        /** The connection ends before the status line. */
        HANG_UP,
        /** The proper end of the transfer, but neither finish reason nor end mark. */
        NO_FINISH,
        /** A finish reason, but no end mark ({@code [DONE]}, {@code message_stop}). */
        NO_DONE,
        /** A data line, or a document, that is not JSON. */
        MALFORMED,
        /** An error document inside an answer of status 200; ends the stream. */
        ERROR_EVENT,
        /** Status 200 with a web page. */
        HTML,
        /** Status 200 with nothing. */
        EMPTY,
        /** Harmless: comment lines and pings between the pieces. */
        COMMENTS,
        /** Harmless: every event, of text as in {@link Content#UNICODE}, leaves in parts cut even inside a letter. */
        SPLIT,
        /** Harmless: lines end with carriage return and line feed. */
        CRLF,
        /** Harmless: no usage figures, as with many compatible servers. */
        NO_USAGE
    }

    private static final FakeScript NORMAL = new FakeScript(
            Content.SENTENCE, -1, 0, 0, Fault.NONE, -1, 200, Optional.empty(), Optional.empty(), List.of(), List.of());

    private static final Pattern PACED =
            Pattern.compile("fake-(?<kind>stream|stamped|big)-(?<pieces>\\d+)x(?<pace>\\d+)ms");
    private static final Pattern ERROR =
            Pattern.compile("fake-(?:[a-z]+-)*(?<status>[345]\\d\\d)(?:-(?<code>quota)|-retry-(?<retry>\\d+))?");
    private static final Pattern AFTER = Pattern.compile("fake-(?<fault>[a-z-]+?)-after-(?<pieces>\\d+)");
    private static final Pattern SLOW = Pattern.compile("fake-slow-first-token(?:-(?<delay>\\d+)ms)?");

    private static final String CALLS = "fake-calls ";
    private static final String SAY = "fake-say ";
    private static final String SPELL = "fake-spell ";

    private static final long SLOW_MILLIS = 1_000;

    /**
     * Reads a name: {@code fake-echo}, {@code fake-stream-50x20ms} (50 pieces {@code p0 p1 …}, one every 20 ms),
     * {@code fake-stamped-50x20ms}, {@code fake-big-50x0ms} (pieces of 1 KiB), {@code fake-unicode},
     * {@code fake-nothing}, {@code fake-tool-call}, {@code fake-two-tool-calls},
     * {@code fake-calls [{"name": "read_file", "arguments": {"path": "/"}}]}, {@code fake-length},
     * {@code fake-refusal}; {@code fake-say Any text} word by word and {@code fake-spell Any text} letter by letter; {@code fake-error-500} and any other status, also {@code fake-anthropic-overloaded-529},
     * {@code fake-error-429-quota} (not worth a retry), {@code fake-error-429-retry-7}; {@code fake-slow-first-token}
     * (1 s) and {@code fake-slow-first-token-300ms}; each {@link Fault} by its name, such as {@code fake-html-200},
     * {@code fake-hang-up}, {@code fake-no-finish}, and where it happens, such as {@code fake-cut-after-3} or
     * {@code fake-error-event-after-2}.
     */
    static FakeScript named(String name) {
        if (!name.startsWith("fake-")) {
            return NORMAL;
        }
        if ("fake-html-200".equals(name)) {
            return NORMAL.with(Fault.HTML, 0);
        }
        if (name.startsWith(CALLS)) {
            return NORMAL.withCalls(FakeToolCall.read(name.substring(CALLS.length())));
        }
        if (name.startsWith(SAY)) {
            return NORMAL.withSaid(words(name.substring(SAY.length())));
        }
        if (name.startsWith(SPELL)) {
            return NORMAL.withSaid(List.of(name.substring(SPELL.length()).split("(?<!^)(?!$)", -1)));
        }
        var error = ERROR.matcher(name);
        if (error.matches()) {
            return NORMAL.withStatus(
                    Integer.parseInt(error.group("status")),
                    Optional.ofNullable(error.group("code")).map(code -> "insufficient_quota"),
                    Optional.ofNullable(error.group("retry")).map(Integer::valueOf));
        }
        var paced = PACED.matcher(name);
        if (paced.matches()) {
            var content = switch (paced.group("kind")) {
                case "stamped" -> Content.STAMPED;
                case "big" -> Content.BIG;
                default -> Content.NUMBERED;
            };
            return NORMAL.with(
                    content, Integer.parseInt(paced.group("pieces")), 0, Long.parseLong(paced.group("pace")));
        }
        var slow = SLOW.matcher(name);
        if (slow.matches()) {
            long delay =
                    Optional.ofNullable(slow.group("delay")).map(Long::valueOf).orElse(SLOW_MILLIS);
            return NORMAL.with(Content.SENTENCE, -1, delay, 0);
        }
        var after = AFTER.matcher(name);
        if (after.matches()) {
            int pieces = Integer.parseInt(after.group("pieces"));
            return NORMAL.with(Content.NUMBERED, pieces + 5, 0, 1).with(fault(after.group("fault")), pieces);
        }
        return contentOrFault(name.substring("fake-".length()));
    }

    private static FakeScript contentOrFault(String word) {
        for (Content content : Content.values()) {
            if (spelling(content).equals(word)) {
                return NORMAL.with(content, -1, 0, 0);
            }
        }
        var fault = fault(word);
        if (fault == Fault.SPLIT) {
            return NORMAL.with(Content.UNICODE, -1, 0, 0).with(fault, 0);
        }
        return fault == Fault.NONE ? NORMAL : NORMAL.with(fault, fault == Fault.ERROR_EVENT ? 2 : 0);
    }

    private static Fault fault(String word) {
        for (Fault fault : Fault.values()) {
            if (spelling(fault).equals(word)) {
                return fault;
            }
        }
        return Fault.NONE;
    }

    private static String spelling(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** The pieces of the text, without those that are made at the moment of sending. */
    List<String> texts(String lastUserText) {
        return switch (content) {
            case SENTENCE, LENGTH -> words(FakeModelProvider.DEFAULT_TEXT);
            case ECHO -> words(lastUserText);
            case CONTINUE -> words(lastUserText.substring(lastUserText.lastIndexOf(": ") + 2) + " and so it ends.");
            case UNICODE -> List.of("Grüße ", "aus ", "Nürnberg, ", "こんにちは ", "🙂👩‍🚀 ", "\"quoted\" \\ ", "end.\n");
            case NUMBERED, STAMPED, BIG ->
                java.util.stream.IntStream.range(0, pieces)
                        .mapToObj(this::generated)
                        .toList();
            case SAID -> said;
            case CALLS -> List.of("Let me ", "look. ");
            case NOTHING, TOOL_CALL, TWO_TOOL_CALLS, REFUSAL -> List.of();
        };
    }

    private String generated(int index) {
        return content == Content.BIG ? "x".repeat(1_023) + " " : "p" + index + " ";
    }

    List<FakeToolCall> toolCalls() {
        return switch (content) {
            case TOOL_CALL -> FakeToolCall.weather(1);
            case TWO_TOOL_CALLS -> FakeToolCall.weather(2);
            default -> calls;
        };
    }

    private static List<String> words(String text) {
        return List.of(text.split("(?<= )", -1)).stream()
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private FakeScript with(Content newContent, int newPieces, long newFirstDelay, long newPace) {
        return new FakeScript(
                newContent,
                newPieces,
                newFirstDelay,
                newPace,
                fault,
                strikesAfter,
                status,
                errorCode,
                retryAfterSeconds,
                calls,
                said);
    }

    private FakeScript with(Fault newFault, int after) {
        return new FakeScript(
                content,
                pieces,
                firstDelayMillis,
                paceMillis,
                newFault,
                after,
                status,
                errorCode,
                retryAfterSeconds,
                calls,
                said);
    }

    private FakeScript withStatus(int newStatus, Optional<String> code, Optional<Integer> retryAfter) {
        return new FakeScript(
                content,
                pieces,
                firstDelayMillis,
                paceMillis,
                fault,
                strikesAfter,
                newStatus,
                code,
                retryAfter,
                calls,
                said);
    }

    private FakeScript withCalls(List<FakeToolCall> newCalls) {
        return new FakeScript(
                Content.CALLS,
                pieces,
                firstDelayMillis,
                paceMillis,
                fault,
                strikesAfter,
                status,
                errorCode,
                retryAfterSeconds,
                newCalls,
                said);
    }

    private FakeScript withSaid(List<String> newSaid) {
        return new FakeScript(
                Content.SAID,
                pieces,
                firstDelayMillis,
                paceMillis,
                fault,
                strikesAfter,
                status,
                errorCode,
                retryAfterSeconds,
                calls,
                newSaid);
    }
}
