package dev.gaia.link;

import static dev.gaia.link.Mark.Kind.MORE;
import static dev.gaia.link.Mark.Kind.REFUSED;

import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door of a flow: takes its requests, each on a virtual thread of its own, and sends what the route made of them:
 * a plain answer, a stream of pieces, or a failure. Closed, and harmless, in a process without a broker.
 */
final class LinkConsumer extends DefaultConsumer implements ShutdownAware {

    private static final Logger LOG = LoggerFactory.getLogger(LinkConsumer.class);

    private final String flow;
    private final Link link;
    private final int inFlightMax;
    private final boolean streamed;
    private final Semaphore permits;
    private Optional<LinkDoors.Door> door = Optional.empty();

    LinkConsumer(LinkEndpoint endpoint, Processor processor, String flow, Link link) {
        super(endpoint, processor);
        this.flow = flow;
        this.link = link;
        this.inFlightMax = endpoint.getInFlightMax();
        this.streamed = endpoint.isStreamed();
        this.permits = new Semaphore(inFlightMax);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        door = Optional.of(link.doors().open(flow, this::take));
    }

    @Override
    protected void doStop() throws Exception {
        door.ifPresent(LinkDoors.Door::close);
        door = Optional.empty();
        super.doStop();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public int getPendingExchangesSize() {
        return inFlightMax - permits.availablePermits();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // Nothing to prepare: closing the door ends new work, and what is in work ends by itself.
    }

    private void take(Message request) {
        if (request.getReplyTo() == null || !request.hasHeaders()) {
            LOG.warn("A message to {} is no request of the link and was dropped", request.getSubject());
        } else if (!permits.tryAcquire()) {
            refuse(request, "overloaded", "it works on %d requests already".formatted(inFlightMax));
        } else {
            var work = LinkWork.of(request, link.post());
            try {
                if (link.doors().begin(work)) {
                    serve(request, work);
                }
            } catch (InterruptedException e) {
                LOG.debug("{}: the caller left", flow);
            } catch (IOException | RuntimeException e) {
                LOG.warn("A request to {} could not be answered: {}", flow, e.toString());
            } finally {
                link.doors().finish(work);
                permits.release();
            }
        }
    }

    private void serve(Message request, LinkWork work) throws IOException, InterruptedException {
        var length = request.getHeaders().getFirst(LinkHeaders.BYTES);
        if (length == null) {
            byte[] whole = request.getData();
            process(request, streamed ? new ByteArrayInputStream(whole) : whole, work);
            return;
        }
        var control = link.mailbox().open(work);
        try (var pieces = link.post().reader(flow, work.caller(), () -> {})) {
            work.uploadTo(pieces);
            link.broker()
                    .publish(work.caller(), Optional.of(control), Mark.of(MORE).headers(), new byte[0]);
            process(request, streamed ? pieces : link.collect(pieces, flow, length), work);
        } finally {
            link.mailbox().close(control);
        }
    }

    private void process(Message request, Object body, LinkWork work) throws IOException, InterruptedException {
        var exchange = createExchange(false);
        try {
            createUoW(exchange);
            exchange.getIn().setBody(body);
            link.headers().readRequest(request.getHeaders(), exchange);
            exchange.setVariable(Departure.VARIABLE, work.departure());
            var contentType = exchange.getIn().getHeader(Exchange.CONTENT_TYPE);
            getProcessor().process(exchange);
            answer(exchange, Optional.ofNullable(contentType), work);
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            doneUoW(exchange);
            releaseExchange(exchange, false);
        }
    }

    private void answer(Exchange exchange, Optional<Object> contentType, LinkWork work)
            throws IOException, InterruptedException {
        boolean wanted = work.answer();
        // The interrupt of a cancellation must not hit the sending of what comes next.
        boolean interrupted = Thread.interrupted();
        var failure = AnswerNatsFailure.of(exchange);
        var body = exchange.getMessage().getBody();
        if (!wanted || (interrupted && exchange.getException() instanceof InterruptedException)) {
            if (body instanceof PieceStream stream) {
                stream.close();
            }
        } else if (failure.isPresent()) {
            fail(failure.get(), work);
        } else {
            var headers = new Headers();
            link.headers().writeAnswer(exchange, contentType.orElse(null), headers);
            if (body instanceof PieceStream stream) {
                stream(stream, headers, work);
            } else {
                whole(link.bytes(exchange), headers, work);
            }
        }
    }

    private void whole(byte[] body, Headers headers, LinkWork work) throws IOException, InterruptedException {
        int most = link.post().settings().bodyMaxBytes();
        if (body.length <= most) {
            plain(body, headers, work);
        } else {
            var problem = "The answer of %s has %d bytes; `gaia.link.body-max-bytes` allows %d"
                    .formatted(flow, body.length, most);
            LOG.warn("{}", problem);
            fail(Failure.of(FailureCode.GATEWAY_ANSWER_TOO_LARGE, problem), work);
        }
    }

    private void fail(Failure failure, LinkWork work) throws IOException {
        var headers = new Headers();
        link.headers().writeFailure(failure.headers(), headers);
        headers.put(Mark.HEADER, "failure " + failure.code().code());
        link.broker()
                .publish(work.caller(), Optional.empty(), headers, link.json().writeValueAsBytes(failure.detail()));
    }

    private void plain(byte[] body, Headers headers, LinkWork work) throws IOException, InterruptedException {
        headers.put(Mark.HEADER, "plain");
        if (body.length + headers.serializedLength() + 512 <= link.broker().maxPayloadBytes()) {
            link.broker().publish(work.caller(), Optional.empty(), headers, body);
        } else {
            headers.put(LinkHeaders.BYTES, Integer.toString(body.length));
            stream(new OnePiece(body), headers, work);
        }
    }

    private void stream(PieceStream stream, Headers headers, LinkWork work) throws IOException, InterruptedException {
        var control = link.mailbox().open(work);
        var writer = link.post().writer(work.caller(), () -> closeLater(stream));
        try (stream) {
            work.streamBy(writer);
            headers.put(Mark.HEADER, "stream");
            link.broker().publish(work.caller(), Optional.of(control), headers, new byte[0]);
            boolean more = !work.cancelled();
            while (more && writer.awaitRoom()) {
                more = writer.send(stream.next());
            }
            writer.end();
        } catch (IOException e) {
            if (!writer.cancelled()) {
                LOG.warn("The answer of {} broke off: {}", flow, e.getMessage());
                writer.broken("The answer of %s broke off".formatted(flow));
            }
        } catch (LinkFailure e) {
            writer.broken(e.getMessage());
        } catch (RuntimeException e) {
            // Otherwise whoever reads would wait until silence ends the stream.
            writer.broken("The answer of %s broke off".formatted(flow));
            throw e;
        } finally {
            link.mailbox().close(control);
        }
    }

    /** Closing may talk to a provider; the threads that bring cancellations must not wait for that. */
    private void closeLater(PieceStream stream) {
        link.broker().threads().execute(stream::close);
    }

    private void refuse(Message request, String reason, String explanation) {
        link.post().say(request.getReplyTo(), new Mark(REFUSED, reason), explanation);
    }
}
