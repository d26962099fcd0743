package dev.gaia.gateway;

import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/**
 * Step for clients made for model providers, which send an API key as {@code Authorization: Bearer}: a bearer that is
 * no token is the key, unless {@code X-API-Key} says another. Only the operations made for such clients use it, so that
 * the order of credentials elsewhere stays that of the contract.
 */
@Component("takeClientKey")
final class TakeClientKey implements Processor {

    private static final String KEY = "X-API-Key";
    private static final String AUTHORIZATION = "Authorization";
    private static final String SCHEME = "bearer ";

    /** Three parts, the first a JSON object in base64: a token, valid or not. */
    private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]*\\.[\\w-]+\\.[\\w-]*");

    @Override
    public void process(Exchange exchange) {
        var message = exchange.getMessage();
        if (!"".equals(message.getHeader(KEY, ""))
                || !(message.getHeader(AUTHORIZATION) instanceof String text)
                || !text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return;
        }
        var bearer = text.substring(SCHEME.length()).strip();
        if (!bearer.isEmpty() && !TOKEN.matcher(bearer).matches()) {
            message.removeHeader(AUTHORIZATION);
            message.setHeader(KEY, bearer);
        }
    }
}
