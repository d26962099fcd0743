package dev.gaia.mapping;

/** A stream that reads another one, and is as ready, begun, finishing and closed as that. */
public abstract class ForwardingStream implements JsonStream {

    private final JsonStream source;

    protected ForwardingStream(JsonStream source) {
        this.source = source;
    }

    protected final JsonStream source() {
        return source;
    }

    @Override
    public boolean ready() {
        return source.ready();
    }

    @Override
    public final void begun() {
        source.begun();
    }

    @Override
    public final void finishing() {
        source.finishing();
    }

    @Override
    public final void close() {
        source.close();
    }
}
