package dev.gaia.chat.orchestration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** The agents that work off one plan, each on a thread of its own, and what became of their tasks. */
final class AgentTeam {

    /** Of one result, as other agents and the final answer read it. */
    private static final int RESULT_MAX_CHARACTERS = 8_000;

    private final Map<String, Work> works = new LinkedHashMap<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean dismissed;

    /** A task and its outcome: a text, or why there is none. */
    private static final class Work {
        private final Task task;
        private final CompletableFuture<Optional<String>> result = new CompletableFuture<>();
        private volatile long begunNanos;
        private volatile long endedNanos;
        private volatile Optional<String> error = Optional.empty();

        Work(Task task) {
            this.task = task;
        }

        void end(Optional<String> text, Optional<String> reason) {
            endedNanos = System.nanoTime();
            error = reason;
            result.complete(text);
        }

        Optional<String> text() {
            return result.getNow(Optional.empty());
        }

        boolean begun() {
            return begunNanos != 0;
        }
    }

    AgentTeam(List<Task> tasks) {
        tasks.forEach(task -> works.put(task.id(), new Work(task)));
    }

    /**
     * Waits for the results a task needs: {@code {"role","description","text"}} each.
     *
     * @throws NeedMissing when one of them failed
     */
    ArrayNode awaitNeeds(Task task) throws InterruptedException, NeedMissing {
        threads.add(Thread.currentThread());
        if (dismissed) {
            throw new InterruptedException();
        }
        var results = JsonNodeFactory.instance.arrayNode();
        for (var need : task.needs()) {
            var work = works.get(need);
            try {
                var text = work.result.get();
                results.add(note(work, text.orElseThrow(() -> new NeedMissing(need))));
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
        works.get(task.id()).begunNanos = System.nanoTime();
        return results;
    }

    /** A task that cannot be done, since another one has no result. */
    static final class NeedMissing extends Exception {
        private static final long serialVersionUID = 1L;

        NeedMissing(String id) {
            super("the task " + id + ", which it needs, failed");
        }
    }

    void completed(Task task, String text) {
        threads.remove(Thread.currentThread());
        works.get(task.id()).end(Optional.of(PlanReader.cut(text, RESULT_MAX_CHARACTERS)), Optional.empty());
    }

    void failed(Task task, String reason) {
        threads.remove(Thread.currentThread());
        works.get(task.id()).end(Optional.empty(), Optional.of(reason));
    }

    /** Ends all agents at once, because nobody waits for them any more. */
    void dismiss() {
        dismissed = true;
        threads.forEach(Thread::interrupt);
    }

    /** The results there are, in the order of the plan. */
    ArrayNode notes() {
        var notes = JsonNodeFactory.instance.arrayNode();
        completed().forEach(work -> notes.add(note(work, work.text().orElseThrow())));
        return notes;
    }

    private Stream<Work> completed() {
        return works.values().stream().filter(work -> work.text().isPresent());
    }

    private static ObjectNode note(Work work, String text) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("role", work.task.role().id())
                .put("description", work.task.description())
                .put("text", text);
    }

    /** What answers tell: {@code {"agents_used","success","task_details"}}. */
    JsonNode report() {
        var report = JsonNodeFactory.instance
                .objectNode()
                .put("agents_used", works.values().stream().filter(Work::begun).count())
                .put("success", completed().count() == works.size());
        var details = report.putArray("task_details");
        works.values().forEach(work -> {
            var detail = details.addObject()
                    .put("id", work.task.id())
                    .put("role", work.task.role().id())
                    .put("description", work.task.description())
                    .put("status", work.text().isPresent() ? "completed" : "failed");
            if (work.begun()) {
                detail.put("execution_time", Math.round((work.endedNanos - work.begunNanos) / 1e6) / 1_000.0);
            } else {
                detail.putNull("execution_time");
            }
            detail.put("error", work.error.orElse(null));
        });
        return report;
    }
}
