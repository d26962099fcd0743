package dev.gaia.chat.guard;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The places that a page may load from: its own, and hosts that are allowed. Only plain addresses are judged; what
 * needs decoding first, as browsers and renderers do it, is never one of them.
 */
record OwnPlaces(Set<String> hosts) {

    /** No backslash, no entity, no white space. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._~%?=&:+,@#!$*-]*");

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*");

    boolean have(String address) {
        if (!PLAIN.matcher(address).matches() || address.startsWith("//")) {
            return false;
        }
        return !SCHEME.matcher(address).matches()
                || hostOf(address).filter(hosts::contains).isPresent();
    }

    /** Host of an http address, in small letters; empty when it has none. */
    static Optional<String> hostOf(String address) {
        try {
            var uri = new URI(address);
            boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            return web
                    ? Optional.ofNullable(uri.getHost()).map(host -> host.toLowerCase(Locale.ROOT))
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
