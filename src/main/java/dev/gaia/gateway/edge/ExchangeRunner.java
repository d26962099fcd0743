package dev.gaia.gateway.edge;

/** Starts the exchange of an admitted request, on one virtual thread for each. */
final class ExchangeRunner {

    private final RequestHeaders requestHeaders;
    private final int gzipMinBytes;

    ExchangeRunner(RequestHeaders requestHeaders, int gzipMinBytes) {
        this.requestHeaders = requestHeaders;
        this.gzipMinBytes = gzipMinBytes;
    }

    /** @param body bytes, or an {@link IncomingBody} */
    void start(Call call, Object body) {
        call.run(new ExchangeThread(call, body, requestHeaders, gzipMinBytes));
    }
}
