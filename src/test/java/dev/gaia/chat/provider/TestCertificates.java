package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Certificates of an authority of their own, made by the JDK's keytool. */
public final class TestCertificates {

    private static final String PASSWORD = "secret-of-the-test";
    private static final String AUTHORITY = "authority";

    private final Path store;

    /** @param folder in which they are kept */
    public TestCertificates(Path folder) {
        this.store = folder.resolve("store.p12");
    }

    /** Good ones, with every fault that one can have: {@code good, other-name, expired, self-signed}. */
    public TestCertificates all() throws IOException, InterruptedException {
        generate(AUTHORITY, "-ext", "bc:c");
        generate("good", "-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1");
        generate("other-name", "-signer", AUTHORITY, "-ext", "san=dns:api.example.com");
        generate("expired", "-signer", AUTHORITY, "-ext", "san=ip:127.0.0.1", "-startdate", "-9d", "-validity", "2");
        generate("self-signed", "-ext", "san=ip:127.0.0.1");
        return this;
    }

    /** Adds a key with a certificate, its own unless another signs it. */
    private void generate(String alias, String... more) throws IOException, InterruptedException {
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var command = new ArrayList<>(List.of(
                keytool,
                "-J-XX:TieredStopAtLevel=1",
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + alias,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(List.of(more));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    /** For a server that shows this certificate. */
    public PfxOptions of(String alias) {
        return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD).setAlias(alias);
    }

    /** The properties of a process with the authority as the only one it trusts. */
    public Properties trusting(Properties properties) throws IOException, GeneralSecurityException {
        var keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        var authorities = KeyStore.getInstance("PKCS12");
        authorities.load(null, null);
        authorities.setCertificateEntry(AUTHORITY, keys.getCertificate(AUTHORITY));
        var file = store.resolveSibling("authorities.p12");
        try (var out = Files.newOutputStream(file)) {
            authorities.store(out, PASSWORD.toCharArray());
        }
        var changed = new Properties();
        changed.putAll(properties);
        changed.setProperty("javax.net.ssl.trustStore", file.toString());
        changed.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
        return changed;
    }
}
