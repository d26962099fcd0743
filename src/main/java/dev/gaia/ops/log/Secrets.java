package dev.gaia.ops.log;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Masks what looks like a credential. No line should hold one; this is the net below those that quote a third party.
 */
final class Secrets {

    private record Kind(String hint, Pattern pattern, String mask) {}

    private static final Pattern KEY =
            Pattern.compile("(?i)((?:x-api-key|api[_-]?key|apikey)[\"']?\\s*[:=]\\s*[\"']?)[^\\s\"',;}&]+");

    private static final List<Kind> KINDS = List.of(
            new Kind("eyJ", Pattern.compile("eyJ[\\w-]{8,}(\\.[\\w-]*){0,2}"), "***"),
            new Kind("earer ", Pattern.compile("([Bb]earer )[^\\s\",]+"), "$1***"),
            new Kind("sk-", Pattern.compile("\\bsk-[\\w-]{8,}"), "***"),
            new Kind("gsk_", Pattern.compile("\\bgsk_\\w{8,}"), "***"),
            new Kind("xai-", Pattern.compile("\\bxai-[\\w-]{8,}"), "***"),
            new Kind("pplx-", Pattern.compile("\\bpplx-[\\w-]{8,}"), "***"),
            new Kind("hf_", Pattern.compile("\\bhf_\\w{8,}"), "***"),
            new Kind("AIza", Pattern.compile("\\bAIza[\\w-]{20,}"), "***"),
            new Kind("sb_", Pattern.compile("\\bsb_(secret|publishable)_[\\w-]+"), "***"),
            new Kind("gaia_", Pattern.compile("\\bgaia_[a-z0-9]+_[A-Za-z0-9]{32,}"), "***"),
            new Kind("gaia-", Pattern.compile("\\bgaia-[a-z0-9]+-[0-9a-f]{32,}"), "***"),
            new Kind("://", Pattern.compile("://[^/\\s@]+@"), "://***@"),
            new Kind("ey", KEY, "$1***"),
            new Kind("EY", KEY, "$1***"),
            new Kind("assword", Pattern.compile("(?i)(password[\"']?\\s*[:=]\\s*[\"']?)[^\\s\"',;}&]+"), "$1***"));

    private Secrets() {}

    static String masked(String text) {
        String masked = text;
        for (var kind : KINDS) {
            if (masked.contains(kind.hint)) {
                masked = kind.pattern.matcher(masked).replaceAll(kind.mask);
            }
        }
        return masked;
    }
}
