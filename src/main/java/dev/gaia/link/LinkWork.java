package dev.gaia.link;

import io.nats.client.Message;
import java.util.Optional;

/**
 * One request this process works on. Before the head of the answer it says now and then that it is at work; a
 * cancellation interrupts the working thread, and afterwards closes the stream.
 */
final class LinkWork implements Mailbox.Receiver {

    private final String caller;
    private final LinkPost post;
    private final Thread worker = Thread.currentThread();

    private long spokeNanos = System.nanoTime();
    private boolean cancelled;
    private boolean answered;
    private Optional<PieceWriter> writer = Optional.empty();
    private Optional<PieceReader> upload = Optional.empty();

    LinkWork(String caller, LinkPost post) {
        this.caller = caller;
        this.post = post;
    }

    /** Address of the answer. */
    String caller() {
        return caller;
    }

    /** From here on nothing interrupts the working thread; false when nobody waits for the answer any more. */
    synchronized boolean answer() {
        answered = true;
        return !cancelled;
    }

    synchronized boolean cancelled() {
        return cancelled;
    }

    synchronized void streamBy(PieceWriter pieces) {
        writer = Optional.of(pieces);
    }

    synchronized void uploadTo(PieceReader pieces) {
        upload = Optional.of(pieces);
    }

    void cancel() {
        Optional<PieceWriter> stream;
        synchronized (this) {
            cancelled = true;
            if (!answered) {
                worker.interrupt();
            }
            stream = writer;
        }
        stream.ifPresent(PieceWriter::cancel);
    }

    @Override
    public void receive(Message message) {
        Optional<PieceWriter> stream;
        Optional<PieceReader> body;
        synchronized (this) {
            stream = writer;
            body = upload;
        }
        Mark.read(message).ifPresent(mark -> {
            if (stream.isPresent()) {
                LinkPost.tell(stream.get(), mark);
            } else {
                body.ifPresent(reader -> LinkPost.tell(reader, mark, message));
            }
        });
    }

    @Override
    public void lost() {
        Optional<PieceWriter> stream;
        Optional<PieceReader> body;
        synchronized (this) {
            stream = writer;
            body = upload;
        }
        stream.ifPresent(PieceWriter::cancel);
        body.ifPresent(PieceReader::lost);
    }

    @Override
    public void tick(long nowNanos) {
        Optional<PieceWriter> stream;
        Optional<PieceReader> body;
        boolean speak;
        synchronized (this) {
            stream = writer;
            body = upload;
            speak = !answered
                    && nowNanos - spokeNanos > post.settings().heartbeat().toNanos();
            if (speak) {
                spokeNanos = nowNanos;
            }
        }
        if (speak) {
            post.say(caller, Mark.of(Mark.Kind.WORKING));
        }
        stream.ifPresent(pieces -> pieces.tick(nowNanos));
        body.ifPresent(pieces -> pieces.tick(nowNanos));
    }
}
