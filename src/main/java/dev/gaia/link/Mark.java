package dev.gaia.link;

import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.util.Locale;
import java.util.Optional;

/**
 * What a message of the link is: the value of its header {@code link}, a word and for some words one argument, as in
 * {@code piece 12}.
 *
 * @param kind the word
 * @param argument a number, a code or empty text
 */
record Mark(Kind kind, String argument) {

    static final String HEADER = "link";

    enum Kind {
        REQUEST,
        PLAIN,
        STREAM,
        FAILURE,
        REFUSED,
        WORKING,
        MORE,
        PIECE,
        END,
        BROKEN,
        BEAT,
        ACK,
        CANCEL;

        private final String word = name().toLowerCase(Locale.ROOT);
    }

    static Mark of(Kind kind) {
        return new Mark(kind, "");
    }

    /** Nobody waits for the answer any more; a client that left needs no word. */
    static Mark cancel(Departure.Reason reason) {
        return new Mark(Kind.CANCEL, reason == Departure.Reason.CALLER ? "" : reason.word());
    }

    static Mark of(Kind kind, long number) {
        return new Mark(kind, Long.toString(number));
    }

    /** Empty for a message that is not of the link, and for words of a later version. */
    static Optional<Mark> read(Message message) {
        var value = message.hasHeaders() ? message.getHeaders().getFirst(HEADER) : null;
        if (value == null) {
            return Optional.empty();
        }
        int space = value.indexOf(' ');
        var word = space < 0 ? value : value.substring(0, space);
        for (var kind : KINDS) {
            if (kind.word.equals(word)) {
                return Optional.of(new Mark(kind, space < 0 ? "" : value.substring(space + 1)));
            }
        }
        return Optional.empty();
    }

    /** The number of a piece, of an end or of an acknowledgement; -1 for anything else. */
    long number() {
        try {
            return Long.parseLong(argument);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    Headers headers() {
        return new Headers().put(HEADER, argument.isEmpty() ? kind.word : kind.word + ' ' + argument);
    }

    private static final Kind[] KINDS = Kind.values();
}
