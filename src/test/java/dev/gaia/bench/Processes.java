package dev.gaia.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A started program with its descendants, and those that left its family but still carry its tag in their environment
 * (PostgreSQL's server does); reads their use of CPU and memory from {@code /proc} (Linux only).
 */
record Processes(ProcessHandle root, String tag) {

    /** The variable that carries the tag. */
    static final String VARIABLE = "GAIA_BENCH_TAG";

    private static final long TICKS_PER_SECOND = 100;
    private static final int USER_TICKS_AFTER_NAME = 11;
    /** User and system time of a thread; of a process also those of its ended children. */
    private static final int FIELDS_OF_THREAD = 2;

    private static final int FIELDS_OF_PROCESS = 4;

    /**
     * CPU time spent so far, user and system.
     *
     * @param measuredMillis of all Java, nginx and nats-server processes
     * @param natsMillis the part of it that nats-server used
     * @param compilerMillis the part of it that the JVM's compilers used
     * @param postgresMillis of PostgreSQL's processes
     */
    record Cpu(double measuredMillis, double natsMillis, double compilerMillis, double postgresMillis) {

        Cpu since(Cpu earlier) {
            return new Cpu(
                    measuredMillis - earlier.measuredMillis,
                    natsMillis - earlier.natsMillis,
                    compilerMillis - earlier.compilerMillis,
                    postgresMillis - earlier.postgresMillis);
        }
    }

    Cpu cpu() {
        double measured = 0;
        double nats = 0;
        double compiler = 0;
        double postgres = 0;
        for (ProcessHandle process : find()) {
            double millis = cpuMillis(process);
            switch (name(process)) {
                case "postgres" -> postgres += millis;
                case "nats-server" -> {
                    nats += millis;
                    measured += millis;
                }
                case "java" -> {
                    measured += millis;
                    compiler += compilerMillis(process);
                }
                case "nginx" -> measured += millis;
                default -> {} // the shell that waits
            }
        }
        return new Cpu(measured, nats, compiler, postgres);
    }

    /** Resident memory of the processes with this name, in megabytes (1,000,000 bytes). */
    double residentMegabytes(String name) {
        return find().stream()
                        .filter(process -> name.equals(name(process)))
                        .flatMap(process -> read(process, "status").stream())
                        .flatMap(String::lines)
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                * 1_024
                / 1e6;
    }

    /** Its JVM. */
    ProcessHandle java() {
        return find().stream()
                .filter(process -> "java".equals(name(process)))
                .findFirst()
                .orElseThrow(() -> new BenchFailure("There is no Java process."));
    }

    /** When the first process of this name started. */
    Optional<Instant> started(String name) {
        return find().stream()
                .filter(process -> name.equals(name(process)))
                .flatMap(process -> process.info().startInstant().stream())
                .min(Comparator.naturalOrder());
    }

    /** Those alive now. */
    List<ProcessHandle> find() {
        var needle = VARIABLE + "=" + tag;
        try (var all = ProcessHandle.allProcesses()) {
            var tagged = all.filter(process -> !process.equals(ProcessHandle.current()))
                    .filter(process -> isTagged(process, needle));
            // PostgreSQL's children write their titles over their environment, so that only their parent shows the tag.
            return Stream.concat(Stream.of(root), tagged)
                    .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                    .distinct()
                    .filter(ProcessHandle::isAlive)
                    .toList();
        }
    }

    private static boolean isTagged(ProcessHandle process, String needle) {
        return read(process, "environ").stream()
                .flatMap(environment -> Stream.of(environment.split("\0", -1)))
                .anyMatch(needle::equals);
    }

    /** Of a process, and of its children that have ended. */
    private static double cpuMillis(ProcessHandle process) {
        return read(process, "stat")
                .map(stat -> millis(stat, FIELDS_OF_PROCESS))
                .orElse(0.0);
    }

    /** A JVM's compilers run in threads of the names {@code C1 CompilerThread0} and {@code C2 CompilerThread0}. */
    private static double compilerMillis(ProcessHandle process) {
        double sum = 0;
        try (var threads = Files.newDirectoryStream(Path.of("/proc", String.valueOf(process.pid()), "task"))) {
            for (Path thread : threads) {
                var stat = read(thread.resolve("stat")).orElse("");
                if (stat.contains("(C1 Compiler") || stat.contains("(C2 Compiler")) {
                    sum += millis(stat, FIELDS_OF_THREAD);
                }
            }
        } catch (IOException e) {
            return sum;
        }
        return sum;
    }

    private static double millis(String stat, int fields) {
        var values = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Stream.of(values)
                        .skip(USER_TICKS_AFTER_NAME)
                        .limit(fields)
                        .mapToLong(Long::parseLong)
                        .sum()
                * 1_000.0
                / TICKS_PER_SECOND;
    }

    private static String name(ProcessHandle process) {
        return read(process, "comm").orElse("").strip();
    }

    private static Optional<String> read(ProcessHandle process, String file) {
        return read(Path.of("/proc", String.valueOf(process.pid()), file));
    }

    /** Absent when the process is gone or another user's. */
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
