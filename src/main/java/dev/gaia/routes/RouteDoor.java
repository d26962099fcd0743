package dev.gaia.routes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way into the routes of one endpoint. While a route is replaced the door is shut: who comes then waits for the new
 * route instead of finding none. Callers are virtual threads, which may block.
 */
public final class RouteDoor {

    /** Where routes are never replaced. */
    static final RouteDoor ALWAYS_OPEN = new RouteDoor(Duration.ZERO);

    private final Duration patience;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int inside;
    private boolean shut;
    private final List<Runnable> afterwards = new ArrayList<>();

    /** @param patience how long callers wait while it is shut */
    RouteDoor(Duration patience) {
        this.patience = patience;
    }

    /** Goes in, once it is open or patience has ended; {@link #leave()} follows. */
    public void enter() throws InterruptedException {
        if (patience.isZero()) {
            return;
        }
        lock.lock();
        try {
            long left = patience.toNanos();
            while (shut && left > 0) {
                left = changed.awaitNanos(left);
            }
            inside++;
        } finally {
            lock.unlock();
        }
    }

    /** Comes out. */
    public void leave() {
        if (patience.isZero()) {
            return;
        }
        lock.lock();
        try {
            inside--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** True while the route behind it is replaced. */
    public boolean isShut() {
        lock.lock();
        try {
            return shut;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in any more and waits until all are out, but no longer than this. */
    void shut(Duration longest) throws InterruptedException {
        lock.lock();
        try {
            shut = true;
            long left = longest.toNanos();
            while (inside > 0 && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Keeps what is to be done once it is open again; called while it is shut. */
    public void afterwards(Runnable task) {
        lock.lock();
        try {
            afterwards.add(task);
        } finally {
            lock.unlock();
        }
    }

    /** Lets those in who wait. */
    void open() {
        List<Runnable> tasks;
        lock.lock();
        try {
            shut = false;
            tasks = List.copyOf(afterwards);
            afterwards.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tasks.forEach(Runnable::run);
    }
}
