package dev.gaia.chat.selection;

/** What a caller wants most of a model. */
public record SelectionPriority(String id, String description) {

    public SelectionPriority {
        if (id == null || description == null) {
            throw new IllegalArgumentException("a priority needs an `id` and a `description`");
        }
    }
}
