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

class LocalObjectStoreTest {

    private static final ObjectPath PATH = new ObjectPath("generated/image/a.png");

    @TempDir
    Path folder;

    @Test
    void writesOnceAndLeavesNothingElse() throws IOException {
        var store = new LocalObjectStore(folder);

        assertThat(store.put(PATH, "image/png", new byte[] {1, 2, 3})).isTrue();
        assertThat(store.put(PATH, "image/png", new byte[] {9})).isFalse();

        try (var file = store.open(PATH).orElseThrow()) {
            assertThat(file.size()).isEqualTo(3);
            assertThat(file.read(1, 10)).containsExactly(2, 3);
        }
        assertThat(folder.resolve(".incoming")).isEmptyDirectory();
        store.delete(PATH);
        assertThat(store.open(PATH)).isEmpty();
    }

    @Test
    void doesNotFollowLinksOutOfTheFolder(@TempDir Path outside) throws IOException {
        var store = new LocalObjectStore(folder);
        Files.writeString(outside.resolve("a.png"), "secret");
        Files.createDirectories(folder.resolve("generated"));
        Files.createSymbolicLink(folder.resolve("generated/image"), outside);

        assertThatThrownBy(() -> store.open(PATH)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.put(new ObjectPath("generated/image/b.png"), "image/png", new byte[1]))
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
