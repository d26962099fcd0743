package dev.gaia.chat.provider;

/** The limits of one exchange, in nanoseconds and bytes, ready for comparison with {@link System#nanoTime()}. */
record UpstreamTimes(
        long connect,
        long firstToken,
        long idle,
        long whole,
        long stream,
        long finish,
        long keepAlive,
        int bodyMaxBytes) {

    static UpstreamTimes of(ProviderSettings settings, long keepAliveNanos) {
        return new UpstreamTimes(
                settings.poolTimeout().plus(settings.connectTimeout()).toNanos(),
                settings.firstTokenTimeout().toNanos(),
                settings.idleTimeout().toNanos(),
                settings.wholeTimeout().toNanos(),
                settings.streamTimeout().toNanos(),
                settings.finishTimeout().toNanos(),
                keepAliveNanos,
                settings.bodyMaxBytes());
    }
}
