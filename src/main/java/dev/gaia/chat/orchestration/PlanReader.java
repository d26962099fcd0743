package dev.gaia.chat.orchestration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the plan a model wrote: {@code {"tasks": [{"id","role","description","depends_on": []}]}}, perhaps with words
 * around it. Only a plan that can be worked off is one: 1 to 5 tasks, known roles, needs that exist and close no circle.
 */
final class PlanReader {

    /** As the contract has it (semantics 16). */
    static final int TASKS_MAX = 5;

    private static final int TEXT_MAX_CHARACTERS = 32_000;
    private static final int ID_MAX_CHARACTERS = 40;
    private static final int DESCRIPTION_MAX_CHARACTERS = 2_000;

    private final ObjectMapper mapper;
    private final OrchestrationTable table;

    PlanReader(ObjectMapper mapper, OrchestrationTable table) {
        this.mapper = mapper;
        this.table = table;
    }

    /** The tasks, each after those it needs; empty when the text is no plan. */
    List<Task> read(String text) {
        int begin = text.indexOf('{');
        int end = text.lastIndexOf('}');
        if (begin < 0 || end < begin || end - begin > TEXT_MAX_CHARACTERS) {
            return List.of();
        }
        try {
            return ordered(tasks(mapper.readTree(text.substring(begin, end + 1)).path("tasks")));
        } catch (JsonProcessingException e) {
            return List.of();
        }
    }

    /** Empty as soon as one of them is no task. */
    private List<Task> tasks(JsonNode written) {
        if (!written.isArray() || written.size() > TASKS_MAX) {
            return List.of();
        }
        var tasks = new ArrayList<Task>();
        for (var one : written) {
            var task = task(one);
            if (task.isEmpty()) {
                return List.of();
            }
            tasks.add(task.get());
        }
        var ids = tasks.stream().map(Task::id).collect(Collectors.toUnmodifiableSet());
        boolean sound = ids.size() == tasks.size() && tasks.stream().allMatch(task -> ids.containsAll(task.needs()));
        return sound ? tasks : List.of();
    }

    private Optional<Task> task(JsonNode one) {
        var id = one.path("id").asText("").strip();
        var description = one.path("description").asText("").strip();
        if (id.isEmpty() || id.length() > ID_MAX_CHARACTERS || description.isEmpty()) {
            return Optional.empty();
        }
        Set<String> needs = new HashSet<>();
        one.path("depends_on").forEach(need -> needs.add(need.asText("").strip()));
        return table.role(one.path("role").asText(""))
                .map(role -> new Task(id, role, cut(description, DESCRIPTION_MAX_CHARACTERS), List.copyOf(needs)));
    }

    /** Each after those it needs; empty when they need each other in a circle. */
    private static List<Task> ordered(List<Task> tasks) {
        var ordered = new ArrayList<Task>();
        Set<String> known = new HashSet<>();
        while (ordered.size() < tasks.size()) {
            var free = tasks.stream()
                    .filter(task -> !known.contains(task.id()) && known.containsAll(task.needs()))
                    .toList();
            if (free.isEmpty()) {
                return List.of();
            }
            ordered.addAll(free);
            free.forEach(task -> known.add(task.id()));
        }
        return List.copyOf(ordered);
    }

    /** The beginning of a text, with no character cut in two. */
    static String cut(String text, int maxCharacters) {
        if (text.length() <= maxCharacters) {
            return text;
        }
        boolean half = Character.isHighSurrogate(text.charAt(maxCharacters - 1));
        return text.substring(0, half ? maxCharacters - 1 : maxCharacters) + "…";
    }
}
