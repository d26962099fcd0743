package dev.gaia.auth;

import dev.gaia.link.GaiaHeaders;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Step that takes the credentials out of the client's headers. From here on the exchange holds neither, so that no
 * later step, link, log or provider can meet them; identity headers that came along are dropped too.
 */
@Component("readCredentials")
final class ReadCredentials implements Processor {

    private static final String SCHEME = "bearer";

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        Object authorization = message.removeHeader("Authorization");
        Object key = message.removeHeader("X-API-Key");
        message.removeHeader(GaiaHeaders.USER_ID);
        message.removeHeader(GaiaHeaders.AUTH_TYPE);
        message.removeHeader(GaiaHeaders.USER_EMAIL);
        message.removeHeader(GaiaHeaders.ADMIN);

        token(authorization).ifPresent(token -> exchange.setVariable(CredentialVariables.TOKEN, token));
        keyDigest(key).ifPresent(digest -> exchange.setVariable(CredentialVariables.KEY_DIGEST, digest));
    }

    /** A header given twice is a list here and no token: which of the two was meant is not ours to guess. */
    private static Optional<String> token(Object authorization) {
        if (!(authorization instanceof String text)
                || text.length() <= SCHEME.length()
                || !text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || !Character.isWhitespace(text.charAt(SCHEME.length()))) {
            return Optional.empty();
        }
        String token = text.substring(SCHEME.length() + 1).strip();
        return token.isEmpty() ? Optional.empty() : Optional.of(token);
    }

    /** An empty key counts as absent. */
    private static Optional<CredentialDigest> keyDigest(Object key) {
        if (key == null || "".equals(key)) {
            return Optional.empty();
        }
        return Optional.of(key instanceof String text ? KeyText.digest(text) : KeyText.NO_KEY);
    }
}
