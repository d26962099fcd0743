package dev.gaia.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    private Path folder;

    @Test
    void belongsToOneProcessAtATime() {
        try (var first = DataDirectory.open(folder.resolve("data"))) {
            assertThat(first.folder("postgres")).isEqualTo(folder.resolve("data/postgres"));
            assertThatThrownBy(() -> DataDirectory.open(folder.resolve("data")))
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("in use by another Gaia")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
        }
        DataDirectory.open(folder.resolve("data")).close();
    }

    @Test
    void saysWhenItCannotBeWritten() throws IOException {
        var file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
                .isInstanceOf(StartRefused.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void makesTheInstallationKeyOnceAndForItsOwnerOnly() throws IOException {
        try (var data = DataDirectory.open(folder)) {
            String key = InstallationKey.of(data, "development");

            assertThat(key).matches("gaia-development-[0-9a-f]{64}");
            assertThat(InstallationKey.of(data, "development")).isEqualTo(key);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("api-key"))))
                    .isEqualTo("rw-------");
        }
    }
}
