package dev.gaia.chat.selection;

import dev.gaia.mapping.MappingFault;
import dev.gaia.mapping.TableReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of requests of {@code mappings/chat/selection.yaml}. */
public final class SelectionTable {

    /** The kind of a request that fits no other. */
    public static final String DEFAULT_CONTEXT = "conversation";

    /** The priority of a request that names none. */
    public static final String DEFAULT_PRIORITY = "balanced";

    static final String FILE = "chat/selection.yaml";

    private static final String PRIORITIES = "priorities";
    private static final String CONTEXTS = "contexts";
    /** Words are looked for in the beginning of a message only. */
    private static final int READ_CHARACTERS = 4_000;

    private final List<SelectionPriority> priorities;
    private final List<SelectionContext> contexts;
    private final Map<String, Pattern> words;

    private SelectionTable(List<SelectionPriority> priorities, List<SelectionContext> contexts) {
        this.priorities = List.copyOf(priorities);
        this.contexts = List.copyOf(contexts);
        this.words = contexts.stream()
                .filter(context -> !context.words().isEmpty())
                .collect(Collectors.toUnmodifiableMap(SelectionContext::id, SelectionContext::pattern));
    }

    /**
     * Reads the table.
     *
     * @throws MappingFault when it is wrong: file, line and what to write instead
     */
    public static SelectionTable read(TableReader tables) {
        var file = tables.table(FILE);
        var rows = tables.read(file, List.of(PRIORITIES, CONTEXTS), "create it or correct `gaia.mappings-dir`");
        var priorities = rows.get(PRIORITIES).stream()
                .map(row -> row.as(tables.mapper(), SelectionPriority.class))
                .toList();
        var contexts = rows.get(CONTEXTS).stream()
                .map(row -> row.as(tables.mapper(), SelectionContext.class))
                .toList();
        var table = new SelectionTable(priorities, contexts);
        if (table.context(DEFAULT_CONTEXT).isEmpty()) {
            throw new MappingFault(file + ":1: the context " + DEFAULT_CONTEXT + " is missing; add it last");
        }
        return table;
    }

    public List<SelectionPriority> priorities() {
        return priorities;
    }

    public List<SelectionContext> contexts() {
        return contexts;
    }

    public Optional<SelectionContext> context(String id) {
        return contexts.stream().filter(context -> context.id().equals(id)).findFirst();
    }

    /** The kind of a request: as it says itself, else by its activity, else by its message. */
    public SelectionContext contextOf(Optional<String> named, String activity, String message) {
        var lower = activity.toLowerCase(Locale.ROOT);
        return named.flatMap(this::context)
                .or(() -> contexts.stream()
                        .filter(context -> context.activities().contains(lower))
                        .findFirst())
                .or(() -> byWords(message))
                .or(() -> context(DEFAULT_CONTEXT))
                .orElseThrow();
    }

    private Optional<SelectionContext> byWords(String message) {
        var begin = message.length() > READ_CHARACTERS ? message.substring(0, READ_CHARACTERS) : message;
        return contexts.stream()
                .filter(context -> words.containsKey(context.id())
                        && context.fitsLength(begin)
                        && words.get(context.id()).matcher(begin).find())
                .findFirst();
    }
}
