package dev.gaia.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.auth.TokenVerifier;
import dev.gaia.auth.provider.ProviderAddress;
import dev.gaia.auth.provider.ProviderSettings;
import java.util.Optional;
import org.apache.camel.Processor;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The steps that routes of the local identity provider name, and the refusals they throw. */
@Configuration(proxyBeanMethods = false)
class IdentityConfiguration {

    @Bean
    ReadIdentityRequest readIdentityRequest(ObjectMapper mapper, IdentitySettings settings) {
        return new ReadIdentityRequest(mapper, settings);
    }

    @Bean
    IdentitySteps identitySteps(
            IdentitySettings settings,
            ObjectMapper mapper,
            TokenVerifier tokens,
            ProviderAddress provider,
            @Value("${gaia.auth.jwt-secret}") String secret,
            @Value("${gaia.auth.jwt-issuer}") String issuer) {
        return new IdentitySteps(
                settings,
                mapper,
                Optional.of(secret).filter(text -> !text.isBlank()),
                tokens,
                issuer.isBlank() ? "gaia" : issuer,
                () -> provider.base().orElse(""));
    }

    @Bean
    FollowLink followLink(ObjectMapper mapper, ProviderSettings settings) {
        return new FollowLink(mapper, settings.webBaseUrl().replaceAll("/+$", "") + "/auth/confirm");
    }

    @Bean
    Processor readLink(FollowLink steps) {
        return steps::readLink;
    }

    @Bean
    Processor redirectSignedIn(FollowLink steps) {
        return steps::redirectSignedIn;
    }

    @Bean
    Processor redirectRefused(FollowLink steps) {
        return steps::redirectRefused;
    }

    @Bean
    Processor readSignup(ReadIdentityRequest requests) {
        return requests::signup;
    }

    @Bean
    Processor readPasswordGrant(ReadIdentityRequest requests) {
        return requests::passwordGrant;
    }

    @Bean
    Processor readRefreshGrant(ReadIdentityRequest requests) {
        return requests::refreshGrant;
    }

    @Bean
    Processor readConfirmation(ReadIdentityRequest requests) {
        return requests::confirmation;
    }

    @Bean
    Processor readResend(ReadIdentityRequest requests) {
        return requests::resend;
    }

    @Bean
    Processor readChange(ReadIdentityRequest requests) {
        return requests::change;
    }

    @Bean
    Processor hashPassword(IdentitySteps steps) {
        return steps::hashPassword;
    }

    @Bean
    Processor checkPassword(IdentitySteps steps) {
        return steps::checkPassword;
    }

    @Bean
    Processor beginSession(IdentitySteps steps) {
        return steps::beginSession;
    }

    @Bean
    Processor renewSession(IdentitySteps steps) {
        return steps::renewSession;
    }

    @Bean
    Processor writeSession(IdentitySteps steps) {
        return steps::writeSession;
    }

    @Bean
    Processor writeUser(IdentitySteps steps) {
        return steps::writeUser;
    }

    @Bean
    Processor readSession(IdentitySteps steps) {
        return steps::readSession;
    }

    @Bean
    Processor makeConfirmation(IdentitySteps steps) {
        return steps::makeConfirmation;
    }

    @Bean
    Processor takeUser(IdentitySteps steps) {
        return steps::takeUser;
    }

    @Bean
    Processor writeUnconfirmed(IdentitySteps steps) {
        return steps::writeUnconfirmed;
    }

    @Bean
    Processor writeKeys(IdentitySteps steps) {
        return steps::writeKeys;
    }

    @Bean
    Processor readScope(IdentitySteps steps) {
        return steps::readScope;
    }

    @Bean
    Processor writeConfirmation(IdentitySteps steps) {
        return steps::writeConfirmation;
    }

    @Bean
    IdentityRefusal unsupportedGrant() {
        return IdentityRefusal.invalid("unsupported_grant_type");
    }

    @Bean
    IdentityRefusal userAlreadyExists() {
        return new IdentityRefusal(422, "user_already_exists", "User already registered");
    }

    @Bean
    IdentityRefusal refreshTokenUnknown() {
        return new IdentityRefusal(400, "refresh_token_not_found", "Invalid Refresh Token: Refresh Token Not Found");
    }

    @Bean
    IdentityRefusal refreshTokenUsed() {
        return new IdentityRefusal(400, "refresh_token_already_used", "Invalid Refresh Token: Already Used");
    }

    @Bean
    IdentityRefusal sessionUnknown() {
        return new IdentityRefusal(403, "session_not_found", "Session from session_id claim in JWT does not exist");
    }

    @Bean
    IdentityRefusal confirmationExpired() {
        return new IdentityRefusal(403, "otp_expired", "Token has expired or is invalid");
    }

    @Bean
    IdentityRefusal confirmationTooSoon(IdentitySettings settings) {
        return new IdentityRefusal(
                429,
                "over_email_send_rate_limit",
                "For security purposes, you can only request this after %d seconds."
                        .formatted(settings.confirmationPause().toSeconds()));
    }

    /** The same for an address nobody has and a password that is wrong. */
    static IdentityRefusal wrongCredentials() {
        return new IdentityRefusal(400, "invalid_credentials", "Invalid login credentials");
    }
}
