package dev.gaia.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a JVM's heap holds after a full collection, told by the JDK's {@code jcmd}. */
public final class LiveHeap {

    private static final Pattern BUFFERS =
            Pattern.compile("Other \\(reserved=\\d+KB, committed=(?<kilobytes>\\d+)KB\\)");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(?<bytes>\\d+)\\s*$");

    private LiveHeap() {}

    /**
     * In megabytes (1,000,000 bytes); has the process collect all its garbage first.
     *
     * @param java another process than this one, which would wait for itself: it stands still while it writes
     */
    static double megabytes(ProcessHandle java) {
        return parse(told(java, "GC.class_histogram"));
    }

    /**
     * In bytes, together with what lies in buffers outside of the heap; garbage is collected first.
     *
     * @param java another process than this one, started with {@code -XX:NativeMemoryTracking=summary}
     */
    public static long withBuffers(ProcessHandle java) {
        long heap = Math.round(megabytes(java) * 1e6);
        var memory = told(java, "VM.native_memory", "summary");
        var buffers = BUFFERS.matcher(memory);
        if (!buffers.find()) {
            throw notTold("buffers", memory);
        }
        return heap + Long.parseLong(buffers.group("kilobytes")) * 1_024;
    }

    private static String told(ProcessHandle java, String... question) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(java.pid())));
        command.addAll(List.of(question));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return answer;
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
            throw notTold("heap", histogram);
        }
        return Long.parseLong(total.group("bytes")) / 1e6;
    }

    private static BenchFailure notTold(String what, String answer) {
        return new BenchFailure("jcmd did not tell the " + what + ":\n"
                + answer.lines().limit(5).toList());
    }
}
