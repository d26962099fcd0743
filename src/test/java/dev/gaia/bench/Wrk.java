package dev.gaia.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Runs Debian's {@code wrk}: as many requests as 64 connections can, each with the next caller's token. */
final class Wrk {

    private static final int CONNECTIONS = 64;
    private static final Pattern SUMMARY =
            Pattern.compile("bench requests=(\\d+) micros=(\\d+) status=(\\d+) socket=(\\d+)");

    /** Builds all requests before the load starts, since building them in Lua costs more than sending them. */
    private static final String SCRIPT = """
            local count = 0
            function setup(thread)
              thread:set("first", count)
              count = count + 1
            end
            function init(args)
              requests = {}
              local file = io.open(args[1])
              local body = io.open(args[2]):read("*a")
              at = tonumber(args[3]) + first
              for line in file:lines() do
                requests[#requests + 1] = wrk.format("POST", nil,
                  {["Content-Type"] = "application/json", ["Authorization"] = line}, body)
              end
            end
            function request()
              at = at + 2
              return requests[at % #requests + 1]
            end
            function done(summary, latency, requests)
              io.write(string.format("bench requests=%d micros=%d status=%d socket=%d\\n", summary.requests,
                summary.duration, summary.errors.status,
                summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
            end
            """;

    private final Path script;
    private final Path callers;
    private final Path body;
    private long sent;

    Wrk(Path folder, Callers users, String document) {
        script = folder.resolve("wrk.lua");
        callers = folder.resolve("callers.txt");
        body = folder.resolve("document.json");
        try {
            Files.writeString(script, SCRIPT);
            Files.write(callers, users.authorizations());
            Files.writeString(body, document);
        } catch (IOException e) {
            throw new BenchFailure("The files for wrk cannot be written: " + e.getMessage());
        }
    }

    /**
     * @param requests answered in the time
     * @param failures answers of another status than 200 and connections that failed
     */
    record Result(long requests, double seconds, long failures) {

        double perSecond() {
            return requests / seconds;
        }
    }

    Result run(Target target, int seconds) {
        try {
            var process = new ProcessBuilder(List.of(
                            "wrk",
                            "--threads=2",
                            "--connections=" + CONNECTIONS,
                            "--duration=" + seconds + "s",
                            "--timeout=10s",
                            "--script=" + script,
                            target.documents().toString(),
                            "--",
                            callers.toString(),
                            body.toString(),
                            String.valueOf(sent)))
                    .redirectErrorStream(true)
                    .start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            var result = parse(output);
            sent += result.requests();
            return result;
        } catch (IOException e) {
            throw new BenchFailure("wrk cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("The bench was interrupted.");
        }
    }

    static Result parse(String output) {
        var summary = SUMMARY.matcher(output);
        if (!summary.find()) {
            throw new BenchFailure("wrk did not report:\n" + output);
        }
        return new Result(
                Long.parseLong(summary.group(1)),
                Long.parseLong(summary.group(2)) / 1e6,
                Long.parseLong(summary.group(3)) + Long.parseLong(summary.group(4)));
    }
}
