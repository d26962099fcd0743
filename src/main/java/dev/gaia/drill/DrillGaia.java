package dev.gaia.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gaia.GaiaApplication;
import dev.gaia.embedded.EmbeddedNats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** A Gaia of the drill's own in this process, whose model providers are the drill's. It has no database. */
final class DrillGaia implements AutoCloseable {

    /** What tokens are signed with. */
    static final String SECRET = "the-drills-own-secret-of-32-bytes";

    private final ConfigurableApplicationContext context;
    private final Optional<EmbeddedNats> nats;
    private final Path folder;

    private DrillGaia(ConfigurableApplicationContext context, Optional<EmbeddedNats> nats, Path folder) {
        this.context = context;
        this.nats = nats;
        this.folder = folder;
    }

    /**
     * Starts it.
     *
     * @param link {@code direct} or {@code nats}; the latter needs nats-server on the machine
     */
    static DrillGaia start(String link, int providerPort, Map<String, String> settings) throws IOException {
        var folder = Files.createTempDirectory("gaia-drill");
        var nats = "nats".equals(link)
                ? Optional.of(EmbeddedNats.start(Files.createDirectory(folder.resolve("nats"))))
                : Optional.<EmbeddedNats>empty();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("gaia.gateway.host", "127.0.0.1");
        all.put("gaia.gateway.port", "0");
        all.put("gaia.management.port", "off");
        all.put("gaia.log-level", "ERROR");
        all.put("gaia.database.url", "postgresql://nobody:nothing@127.0.0.1:1/none");
        all.put("gaia.database.pool-timeout", "250ms");
        // Nothing can be written down, and nobody waits for it at the end.
        all.put("gaia.chat.history-shutdown-timeout", "10ms");
        all.put("gaia.chat.usage.shutdown-timeout", "10ms");
        all.put("gaia.provider.ledger.shutdown-timeout", "10ms");
        all.put("gaia.auth.jwt-secret", SECRET);
        all.put("gaia.chat.models-file", models(folder).toString());
        all.put("gaia.link.chat", link);
        nats.ifPresent(broker -> all.put("gaia.nats.url", broker.url()));
        all.put("gaia.provider.endpoints.openai.base-url", "http://127.0.0.1:" + providerPort + "/v1");
        all.put("gaia.provider.endpoints.openai.key", "key-of-the-drill");
        all.put("gaia.provider.endpoints.anthropic.base-url", "http://127.0.0.1:" + providerPort);
        all.put("gaia.provider.endpoints.anthropic.key", "key-of-the-drill");
        all.put("camel.main.main-run-controller", "false");
        all.put("spring.main.register-shutdown-hook", "false");
        all.putAll(settings);
        String[] arguments = all.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        return new DrillGaia(new SpringApplicationBuilder(GaiaApplication.class).run(arguments), nats, folder);
    }

    /**
     * The drill's models, beside those of the catalogue: each first model has a fallback at the other provider, some a
     * second one at their own.
     */
    private static Path models(Path folder) throws IOException {
        return Files.writeString(folder.resolve("models.yaml"), """
                models:
                  - {id: drill-fallback-claude, provider: claude, prefill: native, capabilities: [chat, streaming, tool_calling]}
                  - {id: drill-fallback-openai, provider: openai, capabilities: [chat, streaming, tool_calling]}
                  - {pattern: "drill-openai-two-*", provider: openai, fallbacks: [drill-fallback-claude, drill-fallback-openai]}
                  - {pattern: "drill-anthropic-two-*", provider: claude, fallbacks: [drill-fallback-openai, drill-fallback-claude]}
                  - {pattern: "drill-openai-*", provider: openai, fallbacks: [drill-fallback-claude]}
                  - {pattern: "drill-anthropic-*", provider: claude, fallbacks: [drill-fallback-openai]}
                """, UTF_8);
    }

    String baseUrl() {
        return "http://127.0.0.1:" + context.getBean(PlatformHttpEngine.class).getServerPort();
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** Each request comes from a caller of its own. */
    static DrillClient.Credentials credentials() {
        return new DrillClient.Credentials("Authorization", () -> "Bearer " + token(UUID.randomUUID()));
    }

    /** A token that this Gaia takes, valid for an hour. */
    private static String token(UUID user) {
        var encoder = Base64.getUrlEncoder().withoutPadding();
        long now = Instant.now().getEpochSecond();
        var claims = "{\"sub\":\"" + user + "\",\"aud\":\"authenticated\",\"iat\":" + now + ",\"exp\":" + (now + 3_600)
                + "}";
        var signed = encoder.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(UTF_8)) + "."
                + encoder.encodeToString(claims.getBytes(UTF_8));
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
            return signed + "." + encoder.encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }

    @Override
    public void close() {
        context.close();
        nats.ifPresent(EmbeddedNats::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (var file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
