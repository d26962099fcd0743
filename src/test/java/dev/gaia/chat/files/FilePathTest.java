package dev.gaia.chat.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gaia.chat.files.FileFault.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePathTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", ".", "./", "/./."})
    void readsTheRoot(String text) throws FileFault {
        assertThat(FilePath.parse(text, 4).isRoot()).isTrue();
        assertThat(FilePath.parse(text, 4)).hasToString("/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kb/notes.md", "/kb/notes.md", "kb//notes.md/", "./kb/./notes.md"})
    void readsNamesFromTheRootOn(String text) throws FileFault {
        assertThat(FilePath.parse(text, 4).names()).isEqualTo(List.of("kb", "notes.md"));
        assertThat(FilePath.parse(text, 4)).hasToString("/kb/notes.md");
    }

    @Test
    void anAbsolutePathOfTheHostIsOneBelowTheRoot() throws FileFault {
        assertThat(FilePath.parse("/etc/passwd", 4).names()).isEqualTo(List.of("etc", "passwd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "kb/../..", "kb/../notes.md", "/..", "..\\x", "kb\\..\\..\\x"})
    void refusesToClimb(String text) {
        assertThat(refused(text)).isEqualTo(Kind.OUTSIDE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\0b", "a\nb", "a\u007fb", "kb\\x", "C:\\x", "\ud800", "a/b/c/d/e"})
    void refusesWhatNoFileCanBeCalled(String text) {
        assertThat(refused(text)).isEqualTo(Kind.BAD_PATH);
    }

    @Test
    void refusesWhatIsTooLong() {
        assertThat(refused("x".repeat(256))).isEqualTo(Kind.BAD_PATH);
        assertThat(refused("ü".repeat(128))).isEqualTo(Kind.BAD_PATH);
        assertThat(refused("x/".repeat(3000))).isEqualTo(Kind.BAD_PATH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes.md ", " notes.md", "notes.", "notes'", "notes\"", "o\u0308"})
    void refusesNewNamesThatAreTakenForOthers(String text) throws FileFault {
        var path = FilePath.parse(text, 4);

        assertThat(catchThrowableOfType(FileFault.class, path::requireNewName).kind())
                .isEqualTo(Kind.BAD_PATH);
    }

    private static Kind refused(String text) {
        return catchThrowableOfType(FileFault.class, () -> FilePath.parse(text, 4))
                .kind();
    }
}
