package dev.gaia.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.gaia.StartRefused;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentFileTest {

    private static final Path FILE = Path.of(".env");

    @Test
    void readsWhatShellsAndComposeRead() {
        var values = EnvironmentFile.parse(FILE, """
                # a comment

                PLAIN=value
                  SPACED = a value # and why
                export EXPORTED=yes
                HASH=a#b
                SINGLE='$NOT $EXPANDED # kept'  # comment
                DOUBLE="line\\nnext \\"quoted\\" c:\\\\new"
                EMPTY=
                COMMENTED= # nothing
                URL=postgresql://me:p=w@host/db?a=b
                """);

        assertThat(values)
                .containsOnly(
                        entry("PLAIN", "value"),
                        entry("SPACED", "a value"),
                        entry("EXPORTED", "yes"),
                        entry("HASH", "a#b"),
                        entry("SINGLE", "$NOT $EXPANDED # kept"),
                        entry("DOUBLE", "line\nnext \"quoted\" c:\\new"),
                        entry("EMPTY", ""),
                        entry("COMMENTED", ""),
                        entry("URL", "postgresql://me:p=w@host/db?a=b"));
    }

    @Test
    void namesTheLineThatIsNoSettingButNotItsText() {
        assertThatThrownBy(() -> EnvironmentFile.parse(FILE, "A=1\nhalf-a-secret\n"))
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith(".env:2: ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void absentFileSetsNothing(@TempDir Path folder) {
        assertThat(EnvironmentFile.read(folder.resolve(".env"))).isEmpty();
    }
}
