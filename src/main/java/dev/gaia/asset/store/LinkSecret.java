package dev.gaia.asset.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/** The secret of signed links when none is configured: made once, and kept beside the files that need it. */
final class LinkSecret {

    private static final int BYTES = 32;

    private LinkSecret() {}

    static byte[] of(StoreSettings settings, LocalObjectStore store) {
        return settings.linkSecret()
                .filter(text -> !text.isBlank())
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> kept(store.root()));
    }

    private static byte[] kept(Path folder) {
        Path file = folder.resolve(".link-secret");
        try {
            Files.createDirectories(folder);
            byte[] made = new byte[BYTES];
            new SecureRandom().nextBytes(made);
            Path written = Files.createTempFile(folder, ".link-secret", "");
            try {
                Files.write(written, made, StandardOpenOption.TRUNCATE_EXISTING);
                Files.createLink(file, written);
            } catch (FileAlreadyExistsException e) {
                return Files.readAllBytes(file);
            } finally {
                Files.deleteIfExists(written);
            }
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException("the folder `gaia.asset.storage.dir` cannot be written", e);
        }
    }
}
