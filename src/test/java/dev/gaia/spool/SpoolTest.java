package dev.gaia.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.UnitOfWorkHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {

    @TempDir
    Path folder;

    private final DefaultCamelContext context = new DefaultCamelContext();

    private Spool spool(int maxMb) {
        return new Spool(new SpoolSettings(folder.toString(), maxMb));
    }

    private Exchange exchange() {
        return new DefaultExchange(context);
    }

    private static void done(Exchange exchange) {
        UnitOfWorkHelper.doneSynchronizations(
                exchange, exchange.getExchangeExtension().handoverCompletions());
    }

    private List<Path> onDisk() throws IOException {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".lock"))
                    .toList();
        }
    }

    @Test
    void removesAFileWhenItsExchangeIsDone() throws IOException {
        var spool = spool(1);
        var exchange = exchange();
        var file = spool.create(exchange);
        file.write("hello".getBytes(StandardCharsets.US_ASCII), 1, 4);

        var stream = file.open();
        assertThat(spool.bytes()).isEqualTo(4);
        assertThat(spool.files()).isEqualTo(1);
        assertThat(stream.readNBytes(2)).asString().isEqualTo("el");
        done(exchange);

        assertThat(onDisk()).isEmpty();
        assertThat(spool.bytes()).isZero();
        assertThat(spool.files()).isZero();
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
    }

    @Test
    void refusesWhatIsMoreThanAllFilesMayHold() throws IOException {
        var spool = spool(1);
        var first = exchange();
        spool.create(first).write(new byte[700_000], 0, 700_000);
        var second = spool.create(exchange());

        assertThatThrownBy(() -> second.write(new byte[700_000], 0, 700_000))
                .isInstanceOf(SpoolFullException.class)
                .hasMessageContaining("gaia.spool.max-mb");
        done(first);

        second.write(new byte[700_000], 0, 700_000);
        assertThat(second.size()).isEqualTo(700_000);
    }

    @Test
    void leavesTheFilesOfLivingProcessesAlone() throws IOException {
        var spool = spool(1);
        spool.create(exchange()).write(new byte[1], 0, 1);

        spool(1).sweep();

        assertThat(onDisk()).hasSize(1);
        spool.close();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void removesWhatAKilledProcessLeft() throws Exception {
        var process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = process.inputReader()) {
            assertThat(said.readLine()).isEqualTo("written");
        }
        spool(1).sweep();
        assertThat(onDisk()).as("while it lives").hasSize(1);

        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        spool(1).sweep();

        assertThat(folder).isEmptyDirectory();
    }

    /** A process that has a temporary file until it is killed. */
    static final class Writer {

        public static void main(String[] arguments) throws Exception {
            var spool = new Spool(new SpoolSettings(arguments[0], 1));
            spool.create(new DefaultExchange(new DefaultCamelContext())).write(new byte[100], 0, 100);
            // A second one in the same JVM, as tests have: it must not make the first one's lock forgotten.
            new Spool(new SpoolSettings(arguments[0], 1)).sweep();
            System.out.println("written");
            System.in.read();
        }
    }
}
