package dev.gaia.asset.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Tells addresses of the public internet from those that only mean something near this process: loopback, private and
 * link-local networks, documentation, multicast, and the forms of IPv6 that carry an IPv4 address inside, such as NAT64
 * (IANA special-purpose registries, read in November 2026).
 */
public final class PublicAddress {

    private static final List<Network> NEAR = List.of(
            Network.of("0.0.0.0", 8),
            Network.of("10.0.0.0", 8),
            Network.of("100.64.0.0", 10),
            Network.of("127.0.0.0", 8),
            Network.of("169.254.0.0", 16),
            Network.of("172.16.0.0", 12),
            Network.of("192.0.0.0", 24),
            Network.of("192.0.2.0", 24),
            Network.of("192.88.99.0", 24),
            Network.of("192.168.0.0", 16),
            Network.of("198.18.0.0", 15),
            Network.of("198.51.100.0", 24),
            Network.of("203.0.113.0", 24),
            Network.of("224.0.0.0", 3),
            Network.of("::", 96),
            Network.of("64:ff9b::", 96),
            Network.of("64:ff9b:1::", 48),
            Network.of("100::", 64),
            Network.of("2001::", 23),
            Network.of("2001:db8::", 32),
            Network.of("2002::", 16),
            Network.of("3fff::", 20),
            Network.of("5f00::", 16),
            Network.of("fc00::", 7),
            Network.of("fe80::", 9),
            Network.of("ff00::", 8));

    private PublicAddress() {}

    /** May a connection be made to this address on the word of a stranger? */
    public static boolean test(InetAddress address) {
        return NEAR.stream().noneMatch(network -> network.contains(address.getAddress()));
    }

    /** The first bits of some addresses. */
    @SuppressWarnings("ArrayRecordComponent") // read only
    private record Network(byte[] prefix, int bits) {

        static Network of(String address, int bits) {
            try {
                return new Network(InetAddress.getByName(address).getAddress(), bits);
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            int whole = bits / 8;
            for (int i = 0; i < whole; i++) {
                if (address[i] != prefix[i]) {
                    return false;
                }
            }
            int rest = bits % 8;
            int mask = (0xff << (8 - rest)) & 0xff;
            return rest == 0 || (address[whole] & mask) == (prefix[whole] & mask);
        }
    }
}
