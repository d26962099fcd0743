package dev.gaia.asset.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalObjectStoreTest extends ObjectStoreContract {

    private static final ObjectPath PATH = new ObjectPath("generated/image/a.png");

    @TempDir
    Path folder;

    @Override
    ObjectStore store() {
        return new LocalObjectStore(folder);
    }

    @Test
    void leavesNothingElse() throws Exception {
        store().put(PATH, "image/png", text("a"));
        store().put(PATH, "image/png", text("b"));

        assertThat(folder.resolve(".incoming")).isEmptyDirectory();
    }

    @Test
    void leavesNothingOfAFileThatBreaksOff() {
        var broken = new Content.OnDisk(folder.resolve("missing"), 5);

        assertThatThrownBy(() -> store().put(PATH, "image/png", broken)).isInstanceOf(IOException.class);

        assertThat(folder.resolve(".incoming")).isEmptyDirectory();
        assertThat(folder.resolve(PATH.text())).doesNotExist();
    }

    @Test
    void doesNotFollowLinksOutOfTheFolder(@TempDir Path outside) throws Exception {
        var store = new LocalObjectStore(folder);
        Files.writeString(outside.resolve("a.png"), "secret");
        Files.createDirectories(folder.resolve("generated"));
        Files.createSymbolicLink(folder.resolve("generated/image"), outside);

        assertThatThrownBy(() -> store.open(PATH)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.put(new ObjectPath("generated/image/b.png"), "image/png", text("x")))
                .isInstanceOf(IOException.class);
        assertThat(outside.resolve("b.png")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../a.png",
                "a/../b.png",
                "/etc/passwd",
                "a",
                "a//b",
                "a/b/c/d/e",
                ".hidden/a",
                "a/b ",
                "a/b\u0000.png",
                "a/b\"c",
                "a/b..png",
                "a/b.",
                "a\\b/c",
                "ä/b"
            })
    void knowsNoOtherPaths(String path) {
        assertThat(ObjectPath.parse(path)).isEmpty();
    }
}
