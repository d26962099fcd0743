package dev.gaia.auth;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetParseException;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;

/** The public keys of the local identity provider, which the route {@code auth-local-keys} reads with each call. */
record LocalKeySet(Supplier<ProducerTemplate> calls) implements JWKSetSource<SecurityContext> {

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, SecurityContext context)
            throws JWKSetUnavailableException {
        try {
            var keys = new ArrayList<JWK>();
            for (Object row : calls.get().requestBody("direct:auth-local-keys", "", List.class)) {
                keys.add(JWK.parse(String.valueOf(((Map<?, ?>) row).get("public_jwk"))));
            }
            return new JWKSet(keys).toPublicJWKSet();
        } catch (CamelExecutionException e) {
            throw new JWKSetRetrievalException("the database does not answer", e);
        } catch (ParseException e) {
            throw new JWKSetParseException("the database holds something else than keys", e);
        }
    }

    @Override
    public void close() {
        // The route belongs to Camel.
    }
}
