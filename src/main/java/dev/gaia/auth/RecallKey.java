package dev.gaia.auth;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Step that answers for a key that was looked up a moment ago: names its owner, or refuses it again. */
record RecallKey(KnownCallers keys, RefusedKeys refused) implements Processor {

    @Override
    public void process(Exchange exchange) {
        var digest = exchange.getVariable(CredentialVariables.KEY_DIGEST, CredentialDigest.class);
        var owner = keys.recall(digest);
        if (owner.isPresent()) {
            exchange.setVariable(CredentialVariables.CALLER, owner.get());
        } else if (refused.contains(digest)) {
            exchange.setVariable(CredentialVariables.KEY_VERDICT, CredentialVariables.REFUSED);
        }
    }
}
