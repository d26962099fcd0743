package dev.gaia.chat.rescue;

import dev.gaia.chat.rescue.Seam.Decision;
import dev.gaia.chat.rescue.Seam.Hold;
import dev.gaia.chat.rescue.Seam.Joined;
import dev.gaia.chat.rescue.Seam.Mode;
import dev.gaia.chat.rescue.Seam.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What a client gets of continuations, given to a seam in pieces. */
final class Continued {

    private Continued() {}

    static Seam seam(String delivered, Mode mode) {
        return new Seam(delivered, mode, Seam.anchorOf(delivered));
    }

    /** Gives a continuation in pieces of so many characters; what the client gets, or nothing when it is refused. */
    static Optional<String> join(String delivered, Mode mode, String continuation, int pieceLength) {
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < continuation.length(); at += pieceLength) {
            pieces.add(continuation.substring(at, Math.min(continuation.length(), at + pieceLength)));
        }
        return join(delivered, mode, pieces, "stop");
    }

    /** Gives a continuation in these pieces, that ends for this reason. */
    static Optional<String> join(String delivered, Mode mode, List<String> pieces, String reason) {
        var seam = seam(delivered, mode);
        for (int i = 0; i < pieces.size(); i++) {
            var decision = seam.offer(pieces.get(i));
            if (!(decision instanceof Hold)) {
                var rest = String.join("", pieces.subList(i + 1, pieces.size()));
                return text(decision).map(joined -> joined + rest);
            }
        }
        return text(seam.finish(reason));
    }

    /** The text of a decision, nothing when the continuation is refused. */
    static Optional<String> text(Decision decision) {
        return switch (decision) {
            case Joined joined -> Optional.of(joined.text());
            case Rejected rejected -> Optional.empty();
            case Hold hold -> throw new AssertionError("undecided");
        };
    }

    /** The text in pieces of one to nine characters, or whole. */
    static List<String> chopped(String text, Random random) {
        if (random.nextInt(4) == 0) {
            return List.of(text);
        }
        List<String> pieces = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(9));
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }
}
