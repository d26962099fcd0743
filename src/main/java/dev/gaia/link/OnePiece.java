package dev.gaia.link;

import java.util.Optional;

/** A plain answer that is too large for one message, as a stream of one piece. */
final class OnePiece extends PieceStream {

    private Optional<byte[]> piece;

    OnePiece(byte[] bytes) {
        this.piece = bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
    }

    @Override
    public Optional<byte[]> next() {
        var next = piece;
        piece = Optional.empty();
        return next;
    }

    @Override
    public void close() {
        piece = Optional.empty();
    }
}
