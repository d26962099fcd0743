package dev.gaia.auth;

import static dev.gaia.auth.CredentialRoutes.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attack T06 and the rules of semantics 3.3, token by token. */
class TokenVerifierTest {

    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

    private final long later = Instant.now().plus(Duration.ofHours(1)).getEpochSecond();
    private final TokenVerifier verifier = verifier(Optional.of(SECRET), Optional.empty());

    @Test
    void acceptsGoodTokenUntilItExpires() {
        var verified = verifier.verify(Tokens.good()).orElseThrow();

        assertThat(verified.caller().userId()).isEqualTo(Tokens.USER);
        assertThat(verified.caller().email()).contains("user@example.com");
        assertThat(verified.expiresAt()).isAfter(Instant.now());
    }

    @Test
    void acceptsAudienceAmongOthers() {
        assertAccepted(
                Tokens.claims().audience(List.of("other", "authenticated")).build());
    }

    @Test
    void acceptsTokenWithoutEmailOrBeginning() {
        assertAccepted(Tokens.claims().claim("email", null).issueTime(null).build());
    }

    @Test
    void signsWithSecretsOfAnyLengthAsOthersDo() {
        var weak = verifier(Optional.of("short"), Optional.empty());

        assertThat(weak.verify(Tokens.sign("short", Tokens.claims().build()))).isPresent();
        assertThat(weak.verify(Tokens.good())).isEmpty();
    }

    @Test
    void refusesEveryTokenWithoutASecret() {
        assertThat(verifier(Optional.empty(), Optional.empty()).verify(Tokens.good()))
                .isEmpty();
    }

    @Test
    void refusesUnsignedToken() {
        assertRefused(new PlainJWT(Tokens.claims().build()).serialize());
        assertRefused(Tokens.raw("{\"alg\":\"none\"}", payload("\"sub\":\"x\"")));
        assertRefused(Tokens.raw("{\"alg\":\"nOnE\"}", payload("\"sub\":\"x\"")));
    }

    @Test
    void refusesTokenWithoutItsSignature() {
        String good = Tokens.good();
        assertRefused(good.substring(0, good.lastIndexOf('.') + 1));
        assertRefused(good.substring(0, good.lastIndexOf('.')));
    }

    @Test
    void refusesOtherSecretAndChangedPayload() {
        assertRefused(Tokens.sign(
                "another-secret-with-more-than-32-bytes!", Tokens.claims().build()));
        String[] parts = Tokens.good().split("\\.", -1);
        String[] others = Tokens.sign(
                        SECRET, Tokens.claims().subject("somebody else").build())
                .split("\\.", -1);
        assertRefused(parts[0] + "." + others[1] + "." + parts[2]);
    }

    @Test
    void refusesOtherAlgorithms() throws Exception {
        assertRefused(Tokens.sign(JWSAlgorithm.HS384, SECRET, Tokens.claims().build()));
        assertRefused(Tokens.sign(JWSAlgorithm.HS512, SECRET, Tokens.claims().build()));
        var key = new ECKeyGenerator(Curve.P_256).generate();
        var elliptic =
                new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), Tokens.claims().build());
        elliptic.sign(new ECDSASigner(key));
        assertRefused(elliptic.serialize());
    }

    @Test
    void refusesKeysThatTheTokenBringsAlong() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).generate();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(key.toPublicJWK()).build(),
                Tokens.claims().build());
        token.sign(new ECDSASigner(key));
        assertRefused(token.serialize());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}",
                "{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
                "{\"alg\":\"HS256\",\"alg\":\"none\"}",
                "{\"alg\":1}",
                "{}",
                "[]",
                "not json"
            })
    void refusesOddHeaders(String header) {
        assertRefused(Tokens.raw(header, payload("\"sub\":\"x\"")));
    }

    @Test
    void ignoresKeyIdsInTheHeader() {
        assertThat(verifier.verify(Tokens.raw(
                        "{\"alg\":\"HS256\",\"kid\":\"../../dev/null' OR 1=1--\"}", payload("\"sub\":\"x\""))))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"jku\":\"http://127.0.0.1:1/keys\"",
                "\"x5u\":\"http://127.0.0.1:1/cert\"",
                "\"x5c\":[\"MIIB\"]",
                "\"jwk\":{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}"
            })
    void refusesTokensThatSayWhereTheirKeyIs(String parameter) {
        assertRefused(Tokens.raw("{\"alg\":\"HS256\"," + parameter + "}", payload("\"sub\":\"x\"")));
    }

    @Test
    void refusesExpiredAndEndlessTokens() {
        assertRefused(Tokens.claims()
                .expirationTime(Date.from(Instant.now().minusSeconds(1)))
                .build());
        assertRefused(Tokens.claims().expirationTime(null).build());
    }

    @Test
    void refusesInTheVerySecondOfTheEnd() {
        Instant end = Instant.ofEpochSecond(later);
        var claims = Tokens.claims().expirationTime(Date.from(end)).build();
        String token = Tokens.sign(SECRET, claims);

        assertThat(verifierAt(end.minusMillis(1)).verify(token)).isPresent();
        assertThat(verifierAt(end).verify(token)).isEmpty();
    }

    @Test
    void refusesTokensThatHaveNotBegun() {
        Date soon = Date.from(Instant.now().plusSeconds(5));
        assertRefused(Tokens.claims().notBeforeTime(soon).build());
        assertRefused(Tokens.claims().issueTime(soon).build());
    }

    @Test
    void refusesOtherAndMissingAudience() {
        assertRefused(Tokens.claims().audience("anon").build());
        assertRefused(Tokens.claims().audience((String) null).build());
        assertRefused(Tokens.claims().audience("Authenticated").build());
    }

    @Test
    void refusesRolesThatAreNoUsers() {
        assertRefused(Tokens.claims().claim("role", "anon").build());
        assertRefused(Tokens.claims().claim("role", "service_role").build());
    }

    @Test
    void refusesPeopleWithoutAnAccount() {
        assertRefused(Tokens.claims().claim("is_anonymous", true).build());
        assertRefused(Tokens.claims().claim("is_anonymous", "true").build());
        assertAccepted(Tokens.claims().claim("is_anonymous", false).build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"x\":1",
                "\"sub\":null",
                "\"sub\":\"\"",
                "\"sub\":\"  \"",
                "\"sub\":5",
                "\"sub\":true",
                "\"sub\":[\"x\"]",
                "\"sub\":{\"x\":1}"
            })
    void refusesSubjectsThatAreNoText(String claim) {
        assertRefused(Tokens.raw(HEADER, payload(claim)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tomorrow\"",
                "1e400",
                "99999999999999999999",
                "9223372036854775807",
                "-1",
                "true",
                "[]",
                "null"
            })
    void bearsAbsurdEnds(String end) {
        String token = Tokens.raw(HEADER, "{\"sub\":\"x\",\"aud\":\"authenticated\",\"exp\":" + end + "}");

        assertRefused(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b.c", "a.b.c.d.e", "\u0000.\u0000.\u0000", "ü.ü.ü", "' OR pg_sleep(8)--"})
    void refusesWhatIsNoToken(String text) {
        assertRefused(text);
    }

    @Test
    void refusesEndlessTokensAtOnce() {
        assertRefused(Tokens.sign(
                SECRET, Tokens.claims().claim("padding", "x".repeat(100_000)).build()));
        assertRefused("x.".repeat(50_000));
    }

    @Test
    void checksTheIssuerOnlyWhenOneIsConfigured() {
        var strict = verifier(Optional.of(SECRET), Optional.of("https://project.supabase.co/auth/v1"));

        assertThat(strict.verify(Tokens.good())).isEmpty();
        assertThat(strict.verify(Tokens.sign(
                        SECRET, Tokens.claims().issuer("https://evil.example").build())))
                .isEmpty();
        assertThat(strict.verify(Tokens.sign(
                        SECRET,
                        Tokens.claims()
                                .issuer("https://project.supabase.co/auth/v1")
                                .build())))
                .isPresent();
        assertAccepted(Tokens.claims().issuer("not a URL").build());
    }

    @Test
    void knowsAdministratorsByWhatTheProviderSaysOfThem() {
        assertThat(isAdmin("app_metadata", Map.of("role", "admin"))).isTrue();
        assertThat(isAdmin("app_metadata", Map.of("role", "Admin"))).isFalse();
        assertThat(isAdmin("app_metadata", Map.of("role", List.of("admin")))).isFalse();
        assertThat(isAdmin("app_metadata", "admin")).isFalse();
        assertThat(isAdmin("user_metadata", Map.of("role", "admin"))).isFalse();
        assertThat(isAdmin("role", "admin")).isFalse();
    }

    private boolean isAdmin(String claim, Object value) {
        var claims = Tokens.claims().claim(claim, value).build();
        return verifier.verify(Tokens.sign(SECRET, claims))
                .orElseThrow()
                .caller()
                .admin();
    }

    @Test
    void takesNoEmailThatIsNoText() {
        var verified = verifier.verify(Tokens.raw(HEADER, payload("\"sub\":\"x\",\"email\":[1]")));

        assertThat(verified.orElseThrow().caller().email()).isEmpty();
    }

    private void assertAccepted(JWTClaimsSet claims) {
        assertThat(verifier.verify(Tokens.sign(SECRET, claims))).isPresent();
    }

    private void assertRefused(JWTClaimsSet claims) {
        assertRefused(Tokens.sign(SECRET, claims));
    }

    private void assertRefused(String token) {
        assertThat(verifier.verify(token)).isEmpty();
    }

    private String payload(String claims) {
        return "{" + claims + ",\"aud\":\"authenticated\",\"exp\":" + later + "}";
    }

    private static TokenVerifier verifier(Optional<String> secret, Optional<String> issuer) {
        return TokenVerifier.create(secret, Optional.empty(), new TokenClaims(issuer, InstantSource.system()));
    }

    private static TokenVerifier verifierAt(Instant now) {
        return TokenVerifier.create(
                Optional.of(SECRET), Optional.empty(), new TokenClaims(Optional.empty(), InstantSource.fixed(now)));
    }
}
