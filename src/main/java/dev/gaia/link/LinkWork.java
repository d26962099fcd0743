package dev.gaia.link;

import io.nats.client.Message;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One request this process works on. Before the head of the answer it says now and then that it is at work; a
 * cancellation interrupts the working thread, and afterwards closes the stream.
 */
final class LinkWork implements Mailbox.Receiver {

    private final String caller;
    private final LinkPost post;
    private final Thread worker = Thread.currentThread();
    private final Departure departure = new Departure();
    /** How long after its arrival nobody can wait for the head any more, whatever was lost on the way. */
    private final long limitNanos;

    private final long arrivedNanos = System.nanoTime();
    private long spokeNanos = arrivedNanos;
    private boolean cancelled;
    private boolean answered;
    private Optional<PieceWriter> writer = Optional.empty();
    private Optional<PieceReader> upload = Optional.empty();

    private LinkWork(String caller, LinkPost post, long limitNanos) {
        this.caller = caller;
        this.post = post;
        this.limitNanos = limitNanos;
    }

    /** The work of this thread on a request that has just arrived. */
    static LinkWork of(Message request, LinkPost post) {
        return new LinkWork(request.getReplyTo(), post, limit(request, post.settings()));
    }

    /** The caller waits for its limit and says when it is over; a little later it must be gone without a word. */
    private static long limit(Message request, LinkSettings settings) {
        var text = request.getHeaders().getFirst(LinkHeaders.TIMEOUT);
        try {
            return text == null
                    ? Long.MAX_VALUE
                    : TimeUnit.MILLISECONDS.toNanos(Long.parseLong(text))
                            + settings.heartbeat().toNanos();
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Why nobody waits any more, once that is so. */
    Departure departure() {
        return departure;
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

    void cancel(Departure.Reason reason) {
        Optional<PieceWriter> stream;
        departure.because(reason);
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
            if (mark.kind() == Mark.Kind.CANCEL) {
                departure.because(Departure.Reason.of(mark.argument()));
            }
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
        if (stream.isPresent()) {
            departure.because(Departure.Reason.GIVEN_UP);
            stream.get().cancel();
        }
        body.ifPresent(PieceReader::lost);
    }

    @Override
    public void tick(long nowNanos) {
        Optional<PieceWriter> stream;
        Optional<PieceReader> body;
        boolean speak;
        boolean late;
        synchronized (this) {
            stream = writer;
            body = upload;
            late = !answered && !cancelled && nowNanos - arrivedNanos > limitNanos;
            speak = !answered
                    && nowNanos - spokeNanos > post.settings().heartbeat().toNanos();
            if (speak) {
                spokeNanos = nowNanos;
            }
        }
        if (late) {
            cancel(Departure.Reason.GIVEN_UP);
        } else if (speak) {
            post.say(caller, Mark.of(Mark.Kind.WORKING));
        }
        stream.ifPresent(pieces -> pieces.tick(nowNanos));
        body.ifPresent(pieces -> pieces.tick(nowNanos));
    }
}
