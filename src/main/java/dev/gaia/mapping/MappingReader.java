package dev.gaia.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.schibsted.spt.data.jslt.Function;
import com.schibsted.spt.data.jslt.JsltException;
import com.schibsted.spt.data.jslt.Parser;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads and compiles the files of the mappings folder, each once.
 *
 * <p>Unlike plain JSLT, a key whose value is null, an empty object or an empty list is kept: the contract wants null
 * keys in answers, and a mapping that drops them silently is a riddle. An import names the file from the folder:
 * {@code import "chat/turns.jslt" as turns}.
 */
public final class MappingReader {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*");
    private static final String ENDING = ".jslt";

    private final Path folder;
    private final List<Function> functions;
    private final Map<String, Mapping> read = new ConcurrentHashMap<>();

    /**
     * A reader of one folder.
     *
     * @param functions that mappings may call beside those of JSLT, {@code merge-turns} and {@code without-nulls}
     */
    public MappingReader(Path folder, List<Function> functions) {
        this.folder = requireNonNull(folder, "folder is null");
        this.functions = Stream.concat(Stream.of(new MergeTurns(), new WithoutNulls()), functions.stream())
                .toList();
    }

    /**
     * The compiled mapping {@code <area>/<name>}.
     *
     * @throws MappingFault when there is no such file, or it cannot be compiled: file, line, column and reason
     */
    public Mapping read(String name) {
        return read.computeIfAbsent(name, this::compile);
    }

    private Mapping compile(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new MappingFault("mapping \"" + name
                    + "\" is misspelt; write <area>/<name> in lower case with dashes," + " like chat/openai-to-chat");
        }
        Path file = folder.resolve(name + ENDING);
        if (!Files.isRegularFile(file)) {
            throw new MappingFault(file + ": there is no such file; create it or correct the name in the route");
        }
        try (Reader reader = Files.newBufferedReader(file, UTF_8)) {
            var expression = new Parser(reader)
                    .withSource(file.toString())
                    .withResourceResolver(this::open)
                    .withFunctions(functions)
                    .withObjectFilter(value -> true)
                    .compile();
            return new Mapping(name, expression);
        } catch (JsltException e) {
            var source = e.getSource() == null ? file.toString() : e.getSource();
            throw new MappingFault(
                    source + ":" + e.getLine() + ":" + e.getColumn() + ": " + e.getMessageWithoutLocation(), e);
        } catch (IOException e) {
            throw new MappingFault(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private Reader open(String imported) {
        try {
            return Files.newBufferedReader(folder.resolve(imported), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
