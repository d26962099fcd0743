package dev.gaia.auth;

import dev.gaia.link.GaiaHeaders;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.springframework.stereotype.Component;

/** Step that hands the caller on as identity headers and forgets the token. */
@Component("nameCaller")
final class NameCaller implements Processor {

    @Override
    public void process(Exchange exchange) {
        Caller caller = exchange.getVariable(CredentialVariables.CALLER, Caller.class);
        Message message = exchange.getMessage();
        message.setHeader(GaiaHeaders.USER_ID, caller.userId());
        message.setHeader(GaiaHeaders.AUTH_TYPE, caller.kind().id());
        caller.email().ifPresent(email -> message.setHeader(GaiaHeaders.USER_EMAIL, email));
        if (caller.admin()) {
            message.setHeader(GaiaHeaders.ADMIN, "true");
        }
        exchange.removeVariable(CredentialVariables.TOKEN);
    }
}
