package dev.gaia.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Exchange;

/** Steps for a browser that follows a confirmation link; what it learns stands behind the {@code #}, unseen by servers. */
final class FollowLink {

    private final ObjectMapper mapper;
    private final String page;

    /** @param page where browsers go afterwards */
    FollowLink(ObjectMapper mapper, String page) {
        this.mapper = mapper;
        this.page = page;
    }

    /** Takes the token of the link into the parameters. */
    void readLink(Exchange exchange) {
        var query = exchange.getVariable("query", Map.class);
        Object token = query == null ? null : query.get("token");
        Parameters.set(exchange, "tokenHash", Secret.hash(token == null ? "" : token.toString()));
        Parameters.set(exchange, "email", "");
    }

    /** Hands the session in the body over to the page. */
    void redirectSignedIn(Exchange exchange) throws JsonProcessingException {
        var session = mapper.readTree(exchange.getMessage().getBody(String.class));
        redirect(
                exchange,
                "access_token=" + encoded(session.path("access_token").asText())
                        + "&expires_at=" + session.path("expires_at").asLong()
                        + "&expires_in=" + session.path("expires_in").asLong()
                        + "&refresh_token="
                        + encoded(session.path("refresh_token").asText())
                        + "&token_type=bearer&type=signup");
    }

    /** Tells the page why there is no session. */
    void redirectRefused(Exchange exchange) {
        var refusal = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, IdentityRefusal.class);
        redirect(
                exchange,
                "error=access_denied&error_code=" + refusal.code() + "&error_description="
                        + encoded(refusal.getMessage()));
    }

    private void redirect(Exchange exchange, String fragment) {
        var message = exchange.getMessage();
        message.setBody("");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, 303);
        message.setHeader("Location", page + "#" + fragment);
        message.setHeader("Cache-Control", "no-store");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
