package dev.gaia.auth;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetParseException;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import dev.gaia.auth.provider.BoundedHttp;
import dev.gaia.auth.provider.ProviderUnavailable;
import java.net.URI;
import java.net.http.HttpRequest;
import java.text.ParseException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The identity provider's document of public keys, read anew with each call. */
record RemoteKeySet(BoundedHttp http, Supplier<String> url) implements JWKSetSource<SecurityContext> {

    private static final Logger log = LoggerFactory.getLogger("gaia.auth");

    @Override
    public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long now, SecurityContext context)
            throws JWKSetUnavailableException {
        try {
            var answer = http.send(HttpRequest.newBuilder(URI.create(url.get()))
                    .header("Accept", "application/json")
                    .build());
            if (answer.status() != 200) {
                throw new ProviderUnavailable("status " + answer.status());
            }
            // Without private parts and shared secrets, whatever a careless document holds.
            return JWKSet.parse(answer.text()).toPublicJWKSet();
        } catch (ProviderUnavailable e) {
            log.warn("The keys of the identity provider could not be read: {}", e.getMessage());
            throw new JWKSetRetrievalException("no key set", e);
        } catch (ParseException | RuntimeException e) {
            log.warn("The keys of the identity provider are no JWK set.");
            throw new JWKSetParseException("no key set", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JWKSetUnavailableException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
