package dev.gaia.link;

import static dev.gaia.link.Mark.Kind.ACK;
import static dev.gaia.link.Mark.Kind.BEAT;
import static dev.gaia.link.Mark.Kind.BROKEN;
import static dev.gaia.link.Mark.Kind.CANCEL;
import static dev.gaia.link.Mark.Kind.END;
import static dev.gaia.link.Mark.Kind.PIECE;

import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Turns what the ends of a stream have to say into messages, and messages into calls of those ends. */
final class LinkPost {

    private static final byte[] NOTHING = new byte[0];

    private final Broker broker;
    private final LinkSettings settings;

    LinkPost(Broker broker, LinkSettings settings) {
        this.broker = broker;
        this.settings = settings;
    }

    LinkSettings settings() {
        return settings;
    }

    Broker broker() {
        return broker;
    }

    /** Says one thing to one address; what cannot be said now is said after the next connection, or never. */
    void say(String address, Mark mark, byte[] body) {
        broker.publishLate(address, mark.headers(), body);
    }

    void say(String address, Mark mark) {
        say(address, mark, NOTHING);
    }

    void say(String address, Mark mark, String text) {
        say(address, mark, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The reading end of a stream whose sender listens at {@code control}. */
    PieceReader reader(String flow, String control, Runnable finished) {
        return new PieceReader(settings, flow, new PieceReader.Sender() {
            @Override
            public void acknowledge(long piece) {
                say(control, Mark.of(ACK, piece));
            }

            @Override
            public void alive() {
                say(control, Mark.of(BEAT));
            }

            @Override
            public void cancel(Departure.Reason reason) {
                say(control, Mark.cancel(reason));
            }

            @Override
            public void finished() {
                finished.run();
            }
        });
    }

    /** The sending end of a stream whose reader listens at {@code target}. */
    PieceWriter writer(String target, Runnable cancelled) {
        return new PieceWriter(settings, new PieceWriter.Receiver() {
            @Override
            public void piece(long number, byte[] bytes) {
                broker.publish(target, Optional.empty(), Mark.of(PIECE, number).headers(), bytes);
            }

            @Override
            public void end(long count) {
                broker.publish(target, Optional.empty(), Mark.of(END, count).headers(), NOTHING);
            }

            @Override
            public void broken(String reason) {
                say(target, Mark.of(BROKEN), reason);
            }

            @Override
            public void alive() {
                say(target, Mark.of(BEAT));
            }

            @Override
            public void cancelled() {
                cancelled.run();
            }
        });
    }

    /** Hands a message to the reading end of a stream; words that are not for it are left alone. */
    static void tell(PieceReader reader, Mark mark, Message message) {
        switch (mark.kind()) {
            case PIECE -> reader.piece(mark.number(), message.getData());
            case END -> reader.end(mark.number());
            case BROKEN -> reader.failed(text(message));
            default -> reader.heard();
        }
    }

    /** Hands a message to the sending end of a stream. */
    static void tell(PieceWriter writer, Mark mark) {
        switch (mark.kind()) {
            case ACK -> writer.acknowledge(mark.number());
            case CANCEL -> writer.cancel();
            default -> writer.heard();
        }
    }

    static String text(Message message) {
        return new String(message.getData(), StandardCharsets.UTF_8);
    }
}
