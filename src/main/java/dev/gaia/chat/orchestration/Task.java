package dev.gaia.chat.orchestration;

import java.util.List;

/**
 * One piece of work of a plan.
 *
 * @param needs ids of the tasks whose results it works with
 */
record Task(String id, OrchestrationTable.Role role, String description, List<String> needs) {

    Task {
        needs = List.copyOf(needs);
    }
}
