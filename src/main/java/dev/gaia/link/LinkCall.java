package dev.gaia.link;

import static dev.gaia.link.LinkFailure.Kind.BROKEN;
import static dev.gaia.link.LinkFailure.Kind.DISCONNECTED;
import static dev.gaia.link.LinkFailure.Kind.NO_RESPONDER;
import static dev.gaia.link.LinkFailure.Kind.OVERLOADED;
import static dev.gaia.link.LinkFailure.Kind.TIMEOUT;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One request of this process and the answer to it, from the asking to the head or, for a stream, to the end. */
final class LinkCall implements Mailbox.Receiver {

    private static final byte[] NOTHING = new byte[0];

    /** Room that a message needs beside its body and the headers counted here. */
    private static final int SLACK_BYTES = 512;

    private final String flow;
    private final long timeoutMs;
    private final LinkPost post;
    private final Mailbox mailbox;
    private final LinkHeaders linkHeaders;
    private final ObjectMapper json;
    private final Thread caller = Thread.currentThread();
    private final long startNanos = System.nanoTime();

    private String address = "";
    private Optional<SizedBody> largeBody = Optional.empty();
    private volatile long heardNanos = startNanos;

    /** The answer, or the exception to throw instead; null while neither is known. */
    private volatile Object outcome;

    /** Why nobody waits, once that is so. */
    private volatile Departure.Reason reason = Departure.Reason.CALLER;

    private volatile Optional<PieceReader> stream = Optional.empty();
    private volatile Optional<PieceWriter> upload = Optional.empty();

    LinkCall(String flow, long timeoutMs, LinkPost post, Mailbox mailbox, LinkHeaders linkHeaders, ObjectMapper json) {
        this.flow = flow;
        this.timeoutMs = timeoutMs;
        this.post = post;
        this.mailbox = mailbox;
        this.linkHeaders = linkHeaders;
        this.json = json;
    }

    /**
     * Asks, and waits for the head of the answer.
     *
     * @throws LinkFailure when the link failed
     * @throws Failure when the segment refused or failed
     */
    LinkAnswer ask(Headers headers, SizedBody body) throws IOException, InterruptedException {
        address = mailbox.open(this);
        boolean streaming = false;
        boolean abandoned = false;
        try {
            publish(headers, body);
            abandoned = true;
            while (outcome == null) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            if (outcome instanceof LinkFailure failure && failure.mayHaveStarted()) {
                reason = Departure.Reason.GIVEN_UP;
            }
            abandoned = reason != Departure.Reason.CALLER;
            if (outcome instanceof RuntimeException failure) {
                throw failure;
            }
            var answer = (LinkAnswer) outcome;
            streaming = answer.stream().isPresent();
            return answer;
        } finally {
            if (!streaming) {
                mailbox.close(address);
                upload.ifPresent(PieceWriter::cancel);
            }
            if (abandoned) {
                abandon();
            }
        }
    }

    private void publish(Headers headers, SizedBody body) throws IOException {
        var settings = post.settings();
        headers.put(Mark.HEADER, "request")
                .put(LinkHeaders.TIMEOUT, Long.toString(timeoutMs))
                .put(LinkHeaders.WINDOW, settings.windowPieces() + " " + settings.windowBytes());
        boolean whole = body.length() + headers.serializedLength() + SLACK_BYTES
                <= post.broker().maxPayloadBytes();
        byte[] bytes = NOTHING;
        if (whole) {
            bytes = body.readAllBytes();
        } else {
            largeBody = Optional.of(body);
            headers.put(LinkHeaders.BYTES, Long.toString(body.length()));
        }
        post.broker().publish(LinkSubjects.request(flow), Optional.of(address), headers, bytes);
    }

    /** Tells whoever works on the request that nobody waits for it; its control address is not known yet. */
    private void abandon() {
        stream.ifPresentOrElse(
                PieceReader::close, () -> post.say(LinkSubjects.cancel(flow), Mark.cancel(reason), address));
    }

    @Override
    public void receive(Message message) {
        heardNanos = System.nanoTime();
        if (message.isStatusMessage()) {
            settle(LinkFailure.notStarted(NO_RESPONDER, "No process serves " + flow));
            return;
        }
        Mark.read(message).ifPresent(mark -> receive(mark, message));
    }

    private void receive(Mark mark, Message message) {
        switch (mark.kind()) {
            case PLAIN -> settle(new LinkAnswer(message.getHeaders(), message.getData(), Optional.empty()));
            case STREAM -> openStream(message);
            case FAILURE -> settle(failure(mark.argument(), message));
            case REFUSED -> settle(refusal(mark.argument(), message));
            case MORE -> sendBody(message);
            case ACK -> upload.ifPresent(writer -> LinkPost.tell(writer, mark));
            case CANCEL -> upload.ifPresent(PieceWriter::cancel);
            default -> stream.ifPresent(reader -> LinkPost.tell(reader, mark, message));
        }
    }

    private void openStream(Message message) {
        if (stream.isPresent() || outcome != null || message.getReplyTo() == null) {
            return;
        }
        var reader = post.reader(flow, message.getReplyTo(), () -> mailbox.close(address));
        stream = Optional.of(reader);
        settle(new LinkAnswer(message.getHeaders(), NOTHING, Optional.of(reader)));
    }

    private RuntimeException failure(String code, Message message) {
        try {
            var detail = json.readTree(message.getData());
            return Failure.received(
                    FailureCode.valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_')),
                    detail,
                    linkHeaders.readAnswer(message.getHeaders()));
        } catch (IOException | IllegalArgumentException e) {
            return LinkFailure.perhapsStarted(BROKEN, "%s failed in an unknown way: %s".formatted(flow, code));
        }
    }

    private LinkFailure refusal(String reason, Message message) {
        return LinkFailure.notStarted(
                "overloaded".equals(reason) ? OVERLOADED : BROKEN,
                "%s refused the request: %s".formatted(flow, LinkPost.text(message)));
    }

    /** The segment asks for a body that did not fit into the request. */
    private void sendBody(Message message) {
        if (upload.isPresent() || largeBody.isEmpty() || message.getReplyTo() == null) {
            return;
        }
        var body = largeBody.get();
        var writer = post.writer(message.getReplyTo(), () -> {});
        upload = Optional.of(writer);
        post.broker().threads().execute(() -> {
            try {
                body.send(writer, post.settings().pieceMaxBytes());
            } catch (InterruptedException e) {
                writer.cancel();
            } catch (IOException e) {
                // Also when the answer came before the whole body was read, and the body is gone.
                writer.broken("The body of the request could not be read");
            } catch (LinkFailure e) {
                settle(LinkFailure.perhapsStarted(e.kind(), e.getMessage()));
            }
        });
    }

    @Override
    public void lost() {
        var message = "The connection to the message broker was lost while %s worked".formatted(flow);
        settle(LinkFailure.perhapsStarted(DISCONNECTED, message));
        stream.ifPresent(PieceReader::lost);
    }

    @Override
    public void stop() {
        stream.ifPresent(PieceReader::stop);
        synchronized (this) {
            if (outcome == null) {
                reason = Departure.Reason.STOPPING;
            }
            settle(Failure.of(FailureCode.GATEWAY_STOPPING).with(Map.of("Retry-After", "1")));
        }
    }

    @Override
    public void tick(long nowNanos) {
        var settings = post.settings();
        if (outcome != null) {
            stream.ifPresent(reader -> reader.tick(nowNanos));
        } else if (nowNanos - startNanos > TimeUnit.MILLISECONDS.toNanos(timeoutMs)) {
            settle(LinkFailure.perhapsStarted(TIMEOUT, "%s did not answer within %d ms".formatted(flow, timeoutMs)));
        } else if (nowNanos - heardNanos > settings.silenceMax().toNanos()) {
            settle(LinkFailure.perhapsStarted(BROKEN, flow + " fell silent before its answer"));
        } else {
            upload.ifPresent(writer -> writer.tick(nowNanos));
        }
    }

    private synchronized void settle(Object result) {
        if (outcome == null) {
            outcome = result;
            LockSupport.unpark(caller);
        }
    }

    /** Collects a plain answer that came in pieces. */
    static byte[] collect(PieceStream pieces, int length) throws IOException, InterruptedException {
        byte[] whole = new byte[length];
        int position = 0;
        for (var piece = pieces.next(); piece.isPresent(); piece = pieces.next()) {
            byte[] bytes = piece.get();
            if (position + bytes.length > length) {
                throw new BrokenStreamException("More bytes came than were announced");
            }
            System.arraycopy(bytes, 0, whole, position, bytes.length);
            position += bytes.length;
        }
        if (position < length) {
            throw new BrokenStreamException("Fewer bytes came than were announced");
        }
        return whole;
    }
}
