package dev.gaia.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CredentialDigestTest {

    @Test
    void isTheLowerCaseSha256OfTheUtf8Bytes() {
        assertThat(CredentialDigest.of("abc").hex())
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assertThat(CredentialDigest.of("schlüssel ☃").hex()).isEqualTo(CredentialRoutes.sha256("schlüssel ☃"));
    }

    @Test
    void comparesWithAStoredDigest() {
        var digest = CredentialDigest.of("abc");

        assertThat(digest.isHex(digest.hex())).isTrue();
        assertThat(digest.isHex(digest.hex().substring(1))).isFalse();
        assertThat(digest.isHex("null")).isFalse();
    }

    @Test
    void saysNothingInLogs() {
        assertThat(CredentialDigest.of("abc")).hasToString("CredentialDigest");
    }
}
