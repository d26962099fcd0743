package dev.gaia.launch;

import java.util.Optional;

/**
 * Ends this process when the script that started it is gone: a script that was killed cannot pass the signal on.
 * {@code GAIA_SUPERVISOR_PID} is set by {@code scripts/run} and by nobody else.
 */
final class Supervisor {

    private Supervisor() {}

    static void watch() {
        Optional.ofNullable(System.getenv("GAIA_SUPERVISOR_PID"))
                .map(Long::parseLong)
                .flatMap(ProcessHandle::of)
                .ifPresent(Supervisor::endWith);
    }

    private static void endWith(ProcessHandle script) {
        Thread.ofPlatform().name("supervisor").daemon().start(() -> {
            script.onExit().join();
            System.exit(0);
        });
    }
}
