package dev.gaia.chat.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gaia.chat.files.FileFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Attack T05: nothing leads out of the root, and nothing blocks. */
@Timeout(60)
class RootedFilesTest {

    private static final String SECRET = "the secret outside";

    @TempDir
    Path directory;

    private Path root;
    private Path outside;
    private RootedFiles files;

    @BeforeEach
    void prepare() throws IOException {
        root = directory.resolve("root");
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret.txt"), SECRET);
        Files.createDirectories(root.resolve("kb"));
        Files.writeString(root.resolve("notes.md"), "# Notes\n");
        Files.writeString(root.resolve("kb/deep.md"), "deep");
        files = RootedFiles.below(root, new FileLimits(1000, 10, 8));
    }

    @Test
    void listsFilesAndFolders() throws FileFault, IOException {
        assertThat(files.list(path("/")))
                .containsExactly(
                        new RootedFiles.Entry("kb", false, true, 0), new RootedFiles.Entry("notes.md", true, false, 8));
        assertThat(files.list(path("/kb"))).extracting(RootedFiles.Entry::name).containsExactly("deep.md");
    }

    @Test
    void readsFiles() throws FileFault, IOException {
        assertThat(files.read(path("/notes.md"))).isEqualTo("# Notes\n");
        assertThat(files.read(path("kb/deep.md"))).isEqualTo("deep");
    }

    @Test
    void makesTheRootWhenItIsMissing() throws IOException, FileFault {
        var fresh = RootedFiles.below(directory.resolve("a/b"), new FileLimits(1000, 10, 8));

        assertThat(fresh.list(path("/"))).isEmpty();
    }

    @Test
    void saysWhatIsMissingOrNotWhatWasAskedFor() {
        assertThat(refused(() -> files.read(path("/nope")))).isEqualTo(Kind.MISSING);
        assertThat(refused(() -> files.read(path("/nope/x")))).isEqualTo(Kind.MISSING);
        assertThat(refused(() -> files.list(path("/nope")))).isEqualTo(Kind.MISSING);
        assertThat(refused(() -> files.list(path("/notes.md")))).isEqualTo(Kind.NOT_A_DIRECTORY);
        assertThat(refused(() -> files.read(path("/notes.md/x")))).isEqualTo(Kind.NOT_A_DIRECTORY);
        assertThat(refused(() -> files.read(path("/kb")))).isEqualTo(Kind.IS_A_DIRECTORY);
        assertThat(refused(() -> files.read(path("/")))).isEqualTo(Kind.IS_A_DIRECTORY);
    }

    @Test
    void refusesLargeFilesAndFolders() throws IOException {
        Files.writeString(root.resolve("large"), "x".repeat(1001));
        for (int i = 0; i < 11; i++) {
            Files.writeString(root.resolve("kb/" + i), "");
        }

        assertThat(refused(() -> files.read(path("/large")))).isEqualTo(Kind.TOO_LARGE);
        assertThat(refused(() -> files.list(path("/kb")))).isEqualTo(Kind.TOO_LARGE);
        assertThat(refused(() -> files.write(path("/new"), "x".repeat(1001)))).isEqualTo(Kind.TOO_LARGE);
    }

    @Test
    void followsNoLink() throws IOException {
        Files.createSymbolicLink(root.resolve("link.txt"), outside.resolve("secret.txt"));
        Files.createSymbolicLink(root.resolve("folder"), outside);
        Files.createSymbolicLink(root.resolve("inside"), root.resolve("kb"));
        Files.createSymbolicLink(root.resolve("environ"), Path.of("/proc/self/environ"));

        assertThat(refused(() -> files.read(path("/link.txt")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.read(path("/folder/secret.txt")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.list(path("/folder")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.list(path("/inside")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.read(path("/environ")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.write(path("/link.txt"), "x"))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.write(path("/folder/new.txt"), "x"))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.createFolder(path("/folder/new")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.deleteFile(path("/folder/secret.txt")))).isEqualTo(Kind.OUTSIDE);
        assertThat(outside.resolve("secret.txt")).hasContent(SECRET);
    }

    @Test
    void listsLinksAsNeitherFileNorFolder() throws IOException, FileFault {
        Files.createSymbolicLink(root.resolve("link.txt"), outside.resolve("secret.txt"));

        assertThat(files.list(path("/"))).contains(new RootedFiles.Entry("link.txt", false, false, 0));
    }

    @Test
    void refusesHardLinks() throws IOException {
        Files.createLink(root.resolve("hard.txt"), outside.resolve("secret.txt"));

        assertThat(refused(() -> files.read(path("/hard.txt")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.write(path("/hard.txt"), "x"))).isEqualTo(Kind.OUTSIDE);
    }

    @Test
    @Timeout(10)
    void refusesPipesAndDevicesWithoutWaiting() throws IOException, InterruptedException {
        run("mkfifo", root.resolve("pipe").toString());
        assertThat(refused(() -> files.read(path("/pipe")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.list(path("/pipe")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.read(path("/pipe/x")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.write(path("/pipe"), "x"))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.deleteFile(path("/pipe")))).isEqualTo(Kind.OUTSIDE);
    }

    @Test
    void refusesDevices() throws IOException, InterruptedException {
        assumeTrue(run("mknod", root.resolve("zero").toString(), "c", "1", "5") == 0, "only root may make devices");

        assertThat(refused(() -> files.read(path("/zero")))).isEqualTo(Kind.OUTSIDE);
    }

    @Test
    void aSiblingWithTheSamePrefixIsOutside() throws IOException {
        var sibling = Files.createDirectory(directory.resolve("root-evil"));
        Files.writeString(sibling.resolve("x"), SECRET);

        assertThat(refused(() -> files.read(path("../root-evil/x")))).isEqualTo(Kind.OUTSIDE);
        assertThat(refused(() -> files.read(path(root + "-evil/x")))).isEqualTo(Kind.MISSING);
    }

    @Test
    void writesAndReplacesFilesAsAWhole() throws FileFault, IOException {
        files.createFolder(path("/kb/new"));
        files.write(path("/kb/new/a.md"), "one");
        files.write(path("/kb/new/a.md"), "two");

        assertThat(root.resolve("kb/new/a.md")).hasContent("two");
        assertThat(root.resolve("kb/new")).isDirectoryContaining(entry -> entry.endsWith("a.md"));
        assertThat(files.list(path("/kb/new"))).hasSize(1);
        assertThat(files.list(path("/"))).hasSize(2);
    }

    @Test
    void writesNoTwinOfAName() {
        assertThat(refused(() -> files.write(path("/Notes.md"), "x"))).isEqualTo(Kind.EXISTS);
        assertThat(refused(() -> files.createFolder(path("/KB")))).isEqualTo(Kind.EXISTS);
        assertThat(refused(() -> files.createFolder(path("/notes.md")))).isEqualTo(Kind.EXISTS);
        assertThat(refused(() -> files.write(path("/kb"), "x"))).isEqualTo(Kind.IS_A_DIRECTORY);
        assertThat(refused(() -> files.write(path("/nope/x"), "x"))).isEqualTo(Kind.MISSING);
    }

    @Test
    void deletesFilesAndEmptyFolders() throws FileFault, IOException {
        assertThat(refused(() -> files.deleteFolder(path("/kb")))).isEqualTo(Kind.NOT_EMPTY);
        assertThat(refused(() -> files.deleteFile(path("/kb")))).isEqualTo(Kind.IS_A_DIRECTORY);
        assertThat(refused(() -> files.deleteFolder(path("/")))).isEqualTo(Kind.BAD_PATH);
        assertThat(refused(() -> files.deleteFile(path("/nope")))).isEqualTo(Kind.MISSING);

        files.deleteFile(path("/kb/deep.md"));
        files.deleteFolder(path("/kb"));

        assertThat(root.resolve("kb")).doesNotExist();
    }

    @Test
    void theRootItselfReplacedByALinkIsNotFollowed() throws IOException {
        Files.move(root, directory.resolve("moved"));
        Files.createSymbolicLink(root, outside);

        assertThat(catchThrowableOfType(Exception.class, () -> files.read(path("/secret.txt"))))
                .isNotNull();
    }

    @Test
    void aFolderSwappedForALinkDuringTheCallLeadsNowhere() throws Exception {
        var swapped = Files.createDirectory(root.resolve("swapped"));
        Files.writeString(swapped.resolve("secret.txt"), "harmless");
        var aside = root.resolve("aside");
        var link = Files.createSymbolicLink(directory.resolve("link"), outside);
        var over = new AtomicBoolean();
        var swapper = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                swap(swapped, aside, link);
            }
        });
        var path = path("/swapped/secret.txt");
        int read = 0;
        int refused = 0;
        // At least so many; and the swapper, which may begin late, must have been met.
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        for (int i = 0; i < 10_000 || ((read == 0 || refused == 0) && System.nanoTime() - end < 0); i++) {
            try {
                assertThat(files.read(path)).isEqualTo("harmless");
                read++;
            } catch (FileFault e) {
                refused++;
            } catch (IOException e) {
                refused++;
            }
            if (i % 10 == 0) {
                tryWrite(i);
            }
        }
        over.set(true);
        swapper.join(Duration.ofSeconds(5));

        assertThat(read).isPositive();
        assertThat(refused).isPositive();
        assertThat(outside).isDirectoryNotContaining("glob:**written*");
        assertThat(outside.resolve("secret.txt")).hasContent(SECRET);
    }

    private void tryWrite(int i) {
        try {
            files.write(path("/swapped/written-" + i % 3), "x");
        } catch (FileFault | IOException e) {
            // met the link
        }
    }

    /** Puts a link in the folder's place, and the folder back. */
    private static void swap(Path folder, Path aside, Path link) {
        try {
            Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
            Files.copy(link, folder, LinkOption.NOFOLLOW_LINKS);
            Files.delete(folder);
            Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).start();
        return process.waitFor(5, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }

    private static FilePath path(String text) throws FileFault {
        return FilePath.parse(text, 16);
    }

    private static Kind refused(ThrowingCallable call) {
        return catchThrowableOfType(FileFault.class, call).kind();
    }
}
