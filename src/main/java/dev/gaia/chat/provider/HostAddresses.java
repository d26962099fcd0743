package dev.gaia.chat.provider;

import dev.gaia.chat.provider.ProviderFailure.Details;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.chat.provider.ProviderFailure.Sign;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The addresses of providers' names, of both families, the one that worked last first.
 *
 * <p>Netty's resolver asks and obeys the times that name servers set. What it lacks, and the JDK's as well, is kept here:
 * the last good addresses for when no server answers, and that an unknown name is not asked for again at once. Callers
 * are virtual threads, which may block; nobody waits for another's name. There are as many names as settings have.
 */
final class HostAddresses implements AutoCloseable {

    private static final int DNS_PORT = 53;
    private static final int TTL_MAX_SECONDS = 300;

    private final ConnectionSettings settings;
    private final DnsNameResolver resolver;
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<String, Long> unknownSince = new ConcurrentHashMap<>();
    private final Map<String, InetAddress> worked = new ConcurrentHashMap<>();

    private record Known(List<InetAddress> addresses, long at) {}

    HostAddresses(Vertx vertx, ConnectionSettings settings) {
        this.settings = settings;
        this.resolver = resolver(vertx, settings);
    }

    private static DnsNameResolver resolver(Vertx vertx, ConnectionSettings settings) {
        boolean epoll = vertx.isNativeTransportEnabled() && Epoll.isAvailable();
        var builder = new DnsNameResolverBuilder(
                        ((VertxInternal) vertx).getEventLoopGroup().next())
                .datagramChannelType(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
                .socketChannelType(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                .ttl(0, TTL_MAX_SECONDS)
                .negativeTtl(0)
                // A second server is asked within the limit.
                .queryTimeoutMillis(Math.max(1, settings.resolveTimeout().toMillis() / 2));
        if (!settings.nameServers().isEmpty()) {
            var servers = settings.nameServers().stream()
                    .map(HostAddresses::serverAddress)
                    .toList();
            builder.nameServerProvider(new SequentialDnsServerAddressStreamProvider(servers));
        }
        return builder.build();
    }

    private static InetSocketAddress serverAddress(String text) {
        int colon = text.lastIndexOf(':');
        boolean port = colon > 0 && text.indexOf(':') == colon;
        return new InetSocketAddress(
                port ? text.substring(0, colon) : text, port ? Integer.parseInt(text.substring(colon + 1)) : DNS_PORT);
    }

    /** True for what needs no looking up. */
    static boolean literal(String host) {
        return NetUtil.isValidIpV4Address(host) || host.startsWith("[");
    }

    /**
     * Finds the addresses of a name.
     *
     * @param by moment of {@link System#nanoTime()} until which the caller can wait
     * @throws ProviderFailure when nobody knows the name, or no server answers and none are remembered
     */
    List<InetAddress> of(String host, long by) throws ProviderFailure, InterruptedException {
        long now = System.nanoTime();
        var recent = known.get(host);
        long recently = settings.askAgainAfter().toNanos();
        if (recent != null && now - recent.at() < recently) {
            return inOrder(host, recent.addresses());
        }
        var since = unknownSince.get(host);
        if (since != null && now - since < recently) {
            throw unknown(host);
        }
        return inOrder(host, lookUp(host, by - now));
    }

    private List<InetAddress> lookUp(String host, long left) throws ProviderFailure, InterruptedException {
        var found = new CompletableFuture<List<InetAddress>>();
        resolver.resolveAll(host).addListener(done -> {
            if (done.isSuccess()) {
                @SuppressWarnings("unchecked")
                var addresses = (List<InetAddress>) done.getNow();
                known.put(host, new Known(List.copyOf(addresses), System.nanoTime()));
                unknownSince.remove(host);
                found.complete(addresses);
            } else {
                found.completeExceptionally(done.cause());
            }
        });
        try {
            return found.get(Math.min(left, settings.resolveTimeout().toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (left < settings.resolveTimeout().toNanos()) {
                throw new ProviderFailure(
                        Kind.SILENT, "no address of " + host + " in time", Details.NONE.with(Sign.CALL_OVER));
            }
            return remembered(host, "no name server answered in time");
        } catch (ExecutionException e) {
            if (unknownName(e.getCause())) {
                unknownSince.put(host, System.nanoTime());
                known.remove(host);
                throw unknown(host);
            }
            return remembered(host, String.valueOf(e.getCause().getMessage()));
        }
    }

    private List<InetAddress> remembered(String host, String reason) throws ProviderFailure {
        return Optional.ofNullable(known.get(host))
                .filter(last -> System.nanoTime() - last.at()
                        < settings.lastAddressesTime().toNanos())
                .map(Known::addresses)
                .orElseThrow(() -> new ProviderFailure(Kind.CONNECT, "no address of " + host + ": " + reason));
    }

    /** No server, and no server in trouble, is no word on the name. */
    private static boolean unknownName(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof DnsNameResolverTimeoutException) {
                return false;
            }
            if (each instanceof DnsErrorCauseException told) {
                return DnsResponseCode.NXDOMAIN.equals(told.getCode());
            }
        }
        return failure instanceof UnknownHostException;
    }

    private static ProviderFailure unknown(String host) {
        return new ProviderFailure(Kind.CONNECT, "nobody knows the name " + host, Details.NONE.with(Sign.LASTING));
    }

    private List<InetAddress> inOrder(String host, List<InetAddress> addresses) {
        var first = worked.get(host);
        if (first == null || addresses.getFirst().equals(first) || !addresses.contains(first)) {
            return addresses;
        }
        var ordered = new ArrayList<InetAddress>(addresses.size());
        ordered.add(first);
        addresses.stream().filter(address -> !address.equals(first)).forEach(ordered::add);
        return ordered;
    }

    /** A connection to this address was made. */
    void worked(String host, InetAddress address) {
        if (!address.equals(worked.get(host))) {
            worked.put(host, address);
        }
    }

    @Override
    public void close() {
        resolver.close();
    }
}
