package dev.gaia.chat.orchestration;

import static java.util.Objects.requireNonNullElse;

import dev.gaia.mapping.MappingFault;
import dev.gaia.mapping.TableReader;
import dev.gaia.mapping.TableRow;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Patterns, words and roles of {@code mappings/chat/orchestration.yaml}. */
final class OrchestrationTable {

    static final String FILE = "chat/orchestration.yaml";

    private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL;
    /** Words are looked for in the beginning of a message only. */
    private static final int READ_CHARACTERS = 4_000;

    private final List<Sign> signs;
    private final List<Pattern> tools;
    private final List<Role> roles;

    /**
     * What a message looks like that goes a way.
     *
     * @param pattern found anywhere in the message unless it says else, whatever the case of letters
     * @param maxCharacters of the message
     * @param unlessTools whether a word of a tool means that it does not fit
     */
    record Sign(Way way, Pattern pattern, int maxCharacters, Boolean unlessTools) {

        Sign {
            if (way == null || pattern == null || maxCharacters < 1) {
                throw new IllegalArgumentException(
                        "a pattern needs a `way`, a `pattern` and `max-characters` of 1 or more");
            }
            pattern = Pattern.compile(pattern.pattern(), FLAGS);
            unlessTools = requireNonNullElse(unlessTools, false);
        }

        boolean fits(String message) {
            return message.length() <= maxCharacters && pattern.matcher(message).find();
        }
    }

    /** A tool and the words that speak of it. */
    record ToolWords(String id, List<String> words) {

        ToolWords {
            words = List.copyOf(requireNonNullElse(words, List.of()));
            if (id == null || words.isEmpty()) {
                throw new IllegalArgumentException("a tool needs an `id` and at least one of `words`");
            }
        }

        Pattern pattern() {
            return Pattern.compile(
                    words.stream().map(Pattern::quote).collect(Collectors.joining("|", "\\b(?:", ")\\b")), FLAGS);
        }
    }

    /**
     * Whom a planner may give tasks to.
     *
     * @param purpose what the planner reads
     * @param instruction what the agent reads
     * @param tools whether it is offered tools
     */
    record Role(String id, String purpose, String instruction, Boolean tools) {

        Role {
            if (id == null || purpose == null || instruction == null) {
                throw new IllegalArgumentException("a role needs an `id`, a `purpose` and an `instruction`");
            }
            tools = requireNonNullElse(tools, false);
        }
    }

    private OrchestrationTable(List<Sign> signs, List<ToolWords> tools, List<Role> roles) {
        this.signs = signs;
        this.tools = tools.stream().map(ToolWords::pattern).toList();
        this.roles = roles;
    }

    /**
     * Reads the table.
     *
     * @throws MappingFault when it is wrong: file, line and what to write instead
     */
    static OrchestrationTable read(TableReader tables) {
        var file = tables.table(FILE);
        var rows = tables.read(file, List.of("patterns", "tools", "roles"), "create it or correct `gaia.mappings-dir`");
        if (rows.get("roles").isEmpty()) {
            throw new MappingFault(file + ":1: there are no `roles`; a plan needs at least one");
        }
        return new OrchestrationTable(
                rows(tables, rows.get("patterns"), Sign.class),
                rows(tables, rows.get("tools"), ToolWords.class),
                rows(tables, rows.get("roles"), Role.class));
    }

    private static <T> List<T> rows(TableReader tables, List<TableRow> rows, Class<T> type) {
        return rows.stream().map(row -> row.as(tables.mapper(), type)).toList();
    }

    /** The way of a message whose look says enough. */
    Optional<Way> wayOf(String message) {
        var text = message.strip();
        return signs.stream()
                .filter(sign -> sign.fits(text) && !(sign.unlessTools() && toolsIn(text) > 0))
                .map(Sign::way)
                .findFirst();
    }

    /** The way by the tools that a message speaks of. */
    Way wayByWords(String message) {
        return switch (toolsIn(message)) {
            case 0 -> Way.DIRECT_LLM;
            case 1 -> Way.DIRECT_MCP;
            default -> Way.MCP_AGENT;
        };
    }

    private int toolsIn(String message) {
        var begin = message.length() > READ_CHARACTERS ? message.substring(0, READ_CHARACTERS) : message;
        return (int) tools.stream().filter(words -> words.matcher(begin).find()).count();
    }

    List<Role> roles() {
        return roles;
    }

    Optional<Role> role(String id) {
        return roles.stream().filter(role -> role.id().equals(id)).findFirst();
    }
}
