package dev.gaia.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What a JVM's heap holds after a full collection, told by the JDK's {@code jcmd}. */
final class LiveHeap {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(?<bytes>\\d+)\\s*$");

    private LiveHeap() {}

    /**
     * In megabytes (1,000,000 bytes); has the process collect all its garbage first.
     *
     * @param java another process than this one, which would wait for itself: it stands still while it writes
     */
    static double megabytes(ProcessHandle java) {
        try {
            var process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            String.valueOf(java.pid()),
                            "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            var histogram = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return parse(histogram);
        } catch (IOException e) {
            throw new BenchFailure("jcmd cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("The bench was interrupted.");
        }
    }

    static double parse(String histogram) {
        var total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new BenchFailure(
                    "jcmd did not tell the heap:\n" + histogram.lines().limit(5).toList());
        }
        return Long.parseLong(total.group("bytes")) / 1e6;
    }
}
