package dev.gaia.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The machine as a whole, from {@code /proc/stat}. */
final class Machine {

    private static final int IDLE = 3;
    private static final int WAITING_FOR_DISK = 4;

    private Machine() {}

    /** The part of all cores that was busy during the time, in percent; waits for that time. */
    static double busyPercent(Duration time) {
        long[] before = ticks();
        LockSupport.parkNanos(time.toNanos());
        long[] after = ticks();
        double idle = after[IDLE] + after[WAITING_FOR_DISK] - before[IDLE] - (double) before[WAITING_FOR_DISK];
        double all = LongStream.of(after).sum() - (double) LongStream.of(before).sum();
        return all == 0 ? 0 : 100 * (all - idle) / all;
    }

    private static long[] ticks() {
        try (var lines = Files.lines(Path.of("/proc/stat"))) {
            var fields = lines.findFirst().orElseThrow().split(" +", -1);
            return Stream.of(fields).skip(1).limit(8).mapToLong(Long::parseLong).toArray();
        } catch (IOException e) {
            throw new BenchFailure("/proc/stat cannot be read: " + e.getMessage());
        }
    }
}
