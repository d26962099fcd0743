package dev.gaia.embedded;

import dev.gaia.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes files that hold a secret: readable for their owner only, from the first byte on, and never half written. */
public final class OwnerFile {

    private OwnerFile() {}

    public static void write(Path file, String text) {
        try {
            var folder = file.toAbsolutePath().getParent();
            var draft = Files.createTempFile(
                    folder,
                    ".draft",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(draft, text);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StartRefused("The file %s cannot be written: %s.".formatted(file, e.getMessage()));
        }
    }
}
