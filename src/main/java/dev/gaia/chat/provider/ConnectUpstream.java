package dev.gaia.chat.provider;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gets a connection to the first of several addresses that takes one: the next is tried as soon as one fails, and beside
 * it when it takes its time (after RFC 8305). On the event loop of the exchange.
 */
final class ConnectUpstream {

    private final Context context;
    private final HttpClient client;
    private final RequestOptions options;
    private final List<InetAddress> addresses;
    private final long delayMillis;
    private final Consumer<InetAddress> connected;
    private final Handler<AsyncResult<HttpClientRequest>> done;
    private int next;
    private int trying;
    private long timer = -1;
    private boolean over;

    /**
     * @param options of the request; its host is what certificates are checked for, whatever the address
     * @param connected told of the address that took the connection
     */
    ConnectUpstream(
            Context context,
            HttpClient client,
            RequestOptions options,
            List<InetAddress> addresses,
            long delayMillis,
            Consumer<InetAddress> connected,
            Handler<AsyncResult<HttpClientRequest>> done) {
        this.context = context;
        this.client = client;
        this.options = options;
        this.addresses = addresses;
        this.delayMillis = delayMillis;
        this.connected = connected;
        this.done = done;
    }

    void start() {
        var address = addresses.get(next++);
        trying++;
        var own = new RequestOptions(options)
                .setServer(SocketAddress.inetSocketAddress(options.getPort(), address.getHostAddress()));
        client.request(own).onComplete(result -> ended(address, result));
        if (next < addresses.size()) {
            int after = next;
            timer = context.owner().setTimer(delayMillis, ignored -> {
                if (!over && next == after) {
                    start();
                }
            });
        }
    }

    private void end(AsyncResult<HttpClientRequest> result) {
        over = true;
        context.owner().cancelTimer(timer);
        done.handle(result);
    }

    private void ended(InetAddress address, AsyncResult<HttpClientRequest> result) {
        trying--;
        if (over) {
            // Another address was faster; the connection waits for the next request.
            if (result.succeeded()) {
                result.result().exceptionHandler(late -> {}).reset();
            }
        } else if (result.succeeded()) {
            connected.accept(address);
            end(result);
        } else if (next < addresses.size()) {
            start();
        } else if (trying == 0) {
            end(Future.failedFuture(result.cause()));
        }
    }
}
