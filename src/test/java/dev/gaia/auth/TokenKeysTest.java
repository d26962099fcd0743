package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.gaia.auth.provider.BoundedHttp;
import dev.gaia.fake.FakeSupabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks T06 and T07 on tokens with public keys, against a key document on the wire. */
class TokenKeysTest {

    private static final String DOCUMENT = ".well-known/jwks.json";

    private static ECKey elliptic;
    private static ECKey other;
    private static RSAKey rsa;
    private static OctetSequenceKey shared;

    private final FakeSupabase supabase = FakeSupabase.start();
    private ProviderKeys keys = ProviderKeys.none();
    private TokenVerifier verifier;

    @BeforeAll
    static void generate() throws JOSEException {
        elliptic = key("elliptic");
        other = key("other");
        rsa = new RSAKeyGenerator(2048).keyID("rsa").keyUse(KeyUse.SIGNATURE).generate();
        shared = new OctetSequenceKeyGenerator(256).keyID("shared").generate();
    }

    @BeforeEach
    void publish() {
        publish(elliptic, rsa, shared);
        start(Duration.ofMinutes(10), Duration.ofHours(24), Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        keys.close();
        supabase.close();
    }

    @Test
    void acceptsBothKindsOfKeysAndReadsThemOnce() {
        assertThat(verifier.verify(es256(elliptic)).orElseThrow().caller().userId())
                .isEqualTo(Tokens.USER);
        assertThat(verifier.verify(rs256("rsa"))).isPresent();
        assertThat(verifier.verify(es256(elliptic))).isPresent();

        assertThat(supabase.received()).hasSize(1);
    }

    @Test
    void checksClaimsLikeThoseOfAnyToken() {
        for (var claims : List.of(
                Tokens.claims().audience("anon").build(),
                Tokens.claims().expirationTime(null).build(),
                Tokens.claims().subject(null).build(),
                Tokens.claims().claim("role", "service_role").build(),
                Tokens.claims().claim("is_anonymous", true).build())) {
            assertThat(verifier.verify(es256(elliptic, elliptic.getKeyID(), claims)))
                    .isEmpty();
        }
    }

    @Test
    void refusesPublicKeysAsSharedSecrets() throws JOSEException {
        for (String secret : List.of(
                rsa.toPublicJWK().toJSONString(),
                pem(rsa),
                elliptic.toPublicJWK().toJSONString(),
                new String(elliptic.toECPublicKey().getEncoded(), StandardCharsets.ISO_8859_1))) {
            for (String kid : List.of("rsa", "elliptic", "shared")) {
                assertThat(verifier.verify(hs256(secret.getBytes(StandardCharsets.ISO_8859_1), kid)))
                        .isEmpty();
            }
        }
    }

    @Test
    void refusesSharedSecretsFromTheDocument() throws JOSEException {
        assertThat(verifier.verify(hs256(shared.toByteArray(), "shared"))).isEmpty();
    }

    @Test
    void refusesTokenOfAnotherKeyUnderAKnownName() {
        assertThat(verifier.verify(es256(other, "elliptic"))).isEmpty();
    }

    @Test
    void refusesAlgorithmThatIsNotTheKeys() throws JOSEException {
        assertThat(verifier.verify(rsaToken(JWSAlgorithm.RS512, "rsa"))).isEmpty();
        assertThat(verifier.verify(rsaToken(JWSAlgorithm.PS256, "rsa"))).isEmpty();
        assertThat(verifier.verify(rsaToken(JWSAlgorithm.RS256, "elliptic"))).isEmpty();
    }

    @Test
    void refusesTokenThatNamesNoKey() {
        assertThat(verifier.verify(es256(elliptic, null))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "' OR '1'='1", "http://169.254.169.254/", "elliptic\u0000", ""})
    void looksForStrangeKeysInTheDocumentOnly(String kid) {
        assertThat(verifier.verify(es256(elliptic, kid))).isEmpty();

        assertThat(supabase.received()).allMatch(request -> request.target().equals("/auth/v1/" + DOCUMENT));
    }

    @Test
    void looksOnceForAFloodOfUnknownKeys() {
        assertThat(verifier.verify(es256(elliptic))).isPresent();

        for (int i = 0; i < 200; i++) {
            assertThat(verifier.verify(es256(other, "unknown-" + i))).isEmpty();
        }

        assertThat(supabase.received()).hasSize(1);
        assertThat(verifier.verify(es256(elliptic))).isPresent();
    }

    @Test
    void findsANewKeyAfterThePauseWhileTheOldOneServes() {
        start(Duration.ofMinutes(10), Duration.ofHours(24), Duration.ofMillis(300));
        assertThat(verifier.verify(es256(elliptic))).isPresent();
        assertThat(verifier.verify(es256(other))).isEmpty();

        publish(elliptic, other);

        await().until(() -> verifier.verify(es256(other)).isPresent());
        assertThat(verifier.verify(es256(elliptic))).isPresent();
    }

    @Test
    void readsTheKeysAgainInTheBackground() {
        start(Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofMillis(100));
        assertThat(verifier.verify(es256(elliptic))).isPresent();

        publish(other);

        await().until(() -> verifier.verify(es256(elliptic)).isEmpty());
        assertThat(verifier.verify(es256(other))).isPresent();
    }

    @Test
    void goesOnWithTheLastKeysForABoundedTimeWhileTheAddressIsDown() {
        start(Duration.ofSeconds(1), Duration.ofSeconds(6), Duration.ofMillis(100));
        assertThat(verifier.verify(es256(elliptic))).isPresent();
        long since = System.nanoTime();

        supabase.behave(FakeSupabase.Mode.FAILING);

        await().during(Duration.ofMillis(2_500))
                .until(() -> verifier.verify(es256(elliptic)).isPresent());
        await().until(() -> verifier.verify(es256(elliptic)).isEmpty());
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isGreaterThan(Duration.ofSeconds(4));

        supabase.behave(FakeSupabase.Mode.WELL);
        await().until(() -> verifier.verify(es256(elliptic)).isPresent());
    }

    @ParameterizedTest
    @EnumSource(value = FakeSupabase.Mode.class, mode = EnumSource.Mode.EXCLUDE, names = "WELL")
    void refusesInTimeWhenTheDocumentIsNone(FakeSupabase.Mode mode) {
        supabase.behave(mode);
        long start = System.nanoTime();

        assertThat(verifier.verify(es256(elliptic))).isEmpty();
        assertThat(verifier.verify(es256(elliptic))).isEmpty();

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        assertThat(supabase.received()).hasSize(1);
        assertThat(verifier.verify(Tokens.good())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://keys.example/jwks.json", "ftp://127.0.0.1/keys", "nonsense", "file:///etc/passwd"})
    void refusesAddressesThatCouldBeChangedOnTheWay(String url) {
        assertThatThrownBy(() -> settings(Optional.of(url), Duration.ofMinutes(1), Duration.ofMinutes(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`gaia.auth.jwks.url` is " + url);
    }

    private void start(Duration refresh, Duration staleMax, Duration pause) {
        keys.close();
        var http = new BoundedHttp(Duration.ofSeconds(1), 65_536, 2);
        keys = ProviderKeys.of(
                new RemoteKeySet(http, () -> supabase.url() + "/auth/v1/" + DOCUMENT),
                settings(Optional.empty(), refresh, staleMax),
                pause);
        verifier = TokenVerifier.create(
                Optional.of(CredentialRoutes.SECRET),
                keys.source(),
                new TokenClaims(Optional.empty(), InstantSource.system()));
    }

    private static JwksSettings settings(Optional<String> url, Duration refresh, Duration staleMax) {
        return new JwksSettings(url, refresh, staleMax, Duration.ofMillis(300), 65_536, Duration.ofSeconds(30));
    }

    private void publish(JWK... published) {
        // As a careless provider would: with the private parts.
        supabase.answer(DOCUMENT, 200, new JWKSet(List.of(published)).toString(false));
    }

    private static ECKey key(String kid) throws JOSEException {
        return new ECKeyGenerator(Curve.P_256)
                .keyID(kid)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .generate();
    }

    private static String es256(ECKey key) {
        return es256(key, key.getKeyID());
    }

    private static String es256(ECKey key, String kid) {
        return es256(key, kid, Tokens.claims().build());
    }

    private static String es256(ECKey key, String kid, JWTClaimsSet claims) {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(kid).build(), claims);
            token.sign(new ECDSASigner(key));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String rs256(String kid) {
        try {
            return rsaToken(JWSAlgorithm.RS256, kid);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String rsaToken(JWSAlgorithm algorithm, String kid) throws JOSEException {
        var token = new SignedJWT(
                new JWSHeader.Builder(algorithm).keyID(kid).build(),
                Tokens.claims().build());
        token.sign(new RSASSASigner(rsa));
        return token.serialize();
    }

    private static String hs256(byte[] secret, String kid) throws JOSEException {
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(kid).build(),
                Tokens.claims().build());
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static String pem(RSAKey key) throws JOSEException {
        var encoded = java.util.Base64.getMimeEncoder()
                .encodeToString(key.toRSAPublicKey().getEncoded());
        return "-----BEGIN PUBLIC KEY-----\n" + encoded + "\n-----END PUBLIC KEY-----\n";
    }
}
