package dev.gaia.asset.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The secret of signed links when none is configured: made once, and kept beside the files that need it. */
final class LinkSecret {

    private static final Logger log = LoggerFactory.getLogger(LinkSecret.class);
    private static final int BYTES = 32;

    private LinkSecret() {}

    static byte[] of(StoreSettings settings, Path folder) {
        return settings.linkSecret()
                .filter(text -> !text.isBlank())
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> kept(folder));
    }

    private static byte[] kept(Path folder) {
        Path file = folder.resolve(".link-secret");
        try {
            Files.createDirectories(folder);
            byte[] made = random();
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
            log.warn(
                    "`gaia.asset.storage.dir` is {}, which cannot be written ({}): no file can be kept, and signed links are"
                            + " good in this process only",
                    folder,
                    e.toString());
            return random();
        }
    }

    private static byte[] random() {
        byte[] made = new byte[BYTES];
        new SecureRandom().nextBytes(made);
        return made;
    }
}
