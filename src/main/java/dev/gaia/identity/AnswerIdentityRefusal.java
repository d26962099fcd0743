package dev.gaia.identity;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.link.GaiaHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Answers a failure with the error document of Supabase Auth, {@code {"code","error_code","msg"}}. What is no refusal is
 * {@code unexpected_failure}, whose cause goes to the log and never to the client.
 */
@Component("answerIdentityRefusal")
final class AnswerIdentityRefusal implements Processor {

    private static final Logger log = LoggerFactory.getLogger("gaia.identity");

    @Override
    public void process(Exchange exchange) {
        var cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        var message = exchange.getMessage();
        var refusal = cause instanceof IdentityRefusal decided ? decided : unexpected(cause, message);
        var document = JsonNodeFactory.instance
                .objectNode()
                .put("code", refusal.status())
                .put("error_code", refusal.code())
                .put("msg", refusal.getMessage());
        if ("weak_password".equals(refusal.code())) {
            document.putObject("weak_password").putArray("reasons").add("length");
        }
        message.removeHeaders("*", "gaia-*", Exchange.HTTP_METHOD, Exchange.HTTP_PATH);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, refusal.status());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
        message.setBody(document.toString());
    }

    private static IdentityRefusal unexpected(Throwable cause, Message message) {
        log.warn(
                "Request {} to the identity provider failed: {}",
                message.getHeader(GaiaHeaders.REQUEST_ID, "-", String.class),
                cause.toString());
        return new IdentityRefusal(500, "unexpected_failure", "Unexpected failure, please check server logs");
    }
}
