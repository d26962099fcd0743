package dev.gaia.chat.provider;

/**
 * The limits of one exchange, in nanoseconds and bytes, ready for comparison with {@link System#nanoTime()}.
 *
 * @param pool for a free connection
 * @param connect for the connection itself, in addition
 * @param write between two parts of the request
 * @param firstToken from the request sent to the first content of a stream
 * @param patient whether a stream whose head came in time may take until {@code answerBy} for its first content
 * @param idle between two pieces of content
 * @param pingedIdle the same while the provider sends signs of life
 * @param whole for an answer that does not stream
 * @param finish for what follows the last content
 * @param keepAlive after which silence the reader is told
 * @param sizes how much may come
 * @param answerBy moment by which a whole answer, or the first content of a stream, must be there
 * @param endBy moment by which a stream must have ended
 */
public record UpstreamTimes(
        long pool,
        long connect,
        long write,
        long firstToken,
        boolean patient,
        long idle,
        long pingedIdle,
        long whole,
        long finish,
        long keepAlive,
        Sizes sizes,
        long answerBy,
        long endBy) {

    /**
     * How much of an answer is taken, in bytes.
     *
     * @param body of a whole answer
     * @param event of one event of a stream
     * @param stream of all of it
     * @param decompressRatio how much larger than what was sent a whole answer may be once decompressed
     */
    record Sizes(int body, int event, int stream, int decompressRatio) {}

    /** What the settings allow to a call that starts now and has nobody else to ask. */
    static UpstreamTimes of(ProviderSettings settings, long keepAliveNanos, long now) {
        return new UpstreamTimes(
                settings.poolTimeout().toNanos(),
                settings.connectTimeout().toNanos(),
                settings.writeTimeout().toNanos(),
                settings.firstTokenTimeout().toNanos(),
                false,
                settings.idleTimeout().toNanos(),
                settings.pingedIdleTimeout().toNanos(),
                settings.wholeTimeout().toNanos(),
                settings.finishTimeout().toNanos(),
                keepAliveNanos,
                new Sizes(
                        settings.bodyMaxBytes(),
                        settings.eventMaxBytes(),
                        settings.streamMaxBytes(),
                        settings.decompressRatioMax()),
                now + settings.streamTimeout().toNanos(),
                now + settings.streamTimeout().toNanos());
    }

    /** The same for a model that thinks before its first word. */
    public UpstreamTimes firstToken(long nanos) {
        return new UpstreamTimes(
                pool,
                connect,
                write,
                nanos,
                patient,
                idle,
                pingedIdle,
                whole,
                finish,
                keepAlive,
                sizes,
                answerBy,
                endBy);
    }

    /** The same for an attempt after whose silence nobody else is asked. */
    public UpstreamTimes patiently() {
        return new UpstreamTimes(
                pool,
                connect,
                write,
                firstToken,
                true,
                idle,
                pingedIdle,
                whole,
                finish,
                keepAlive,
                sizes,
                answerBy,
                endBy);
    }

    /** The same with so much between two pieces, with signs of life at least. */
    public UpstreamTimes idle(long nanos) {
        return new UpstreamTimes(
                pool,
                connect,
                write,
                firstToken,
                patient,
                nanos,
                Math.max(nanos, pingedIdle),
                whole,
                finish,
                keepAlive,
                sizes,
                answerBy,
                endBy);
    }

    /** The same within the deadlines of a call, moments of {@link System#nanoTime()}. */
    public UpstreamTimes within(long newAnswerBy, long newEndBy) {
        return new UpstreamTimes(
                pool,
                connect,
                write,
                firstToken,
                patient,
                idle,
                pingedIdle,
                whole,
                finish,
                keepAlive,
                sizes,
                newAnswerBy,
                newEndBy);
    }

    /** The same with marks of silence every so often. */
    public UpstreamTimes keepAlive(long nanos) {
        return new UpstreamTimes(
                pool,
                connect,
                write,
                firstToken,
                patient,
                idle,
                pingedIdle,
                whole,
                finish,
                nanos,
                sizes,
                answerBy,
                endBy);
    }
}
