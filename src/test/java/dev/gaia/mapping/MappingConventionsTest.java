package dev.gaia.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the mapping files in one form. Lists every fault at once: path, what is wrong, what to write instead. */
class MappingConventionsTest {

    private static final Path FOLDER = Path.of("mappings");
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final int LINES_MAX = 120;

    @Test
    void everyMappingKeepsToTheConventions() throws IOException {
        var faults = new ArrayList<String>();
        var reader = new MappingReader(FOLDER, MappingFunctions.all());
        var readme = Files.readString(FOLDER.resolve("README.md"));
        var tested = MappingCase.all().stream().map(MappingCase::mapping).collect(Collectors.toSet());
        for (var file : mappings()) {
            var path = FOLDER.relativize(file).toString();
            var name = path.substring(0, path.length() - ".jslt".length());
            if (!NAME.matcher(file.getFileName().toString().replace(".jslt", ""))
                    .matches()) {
                faults.add(file + ": the name is not kebab-case; write <from>-to-<to>.jslt");
            }
            if (Files.readAllLines(file).size() > LINES_MAX) {
                faults.add(file + ": more than " + LINES_MAX + " lines; move definitions to a file of their own");
            }
            if (!tested.contains(name)) {
                faults.add(file + ": has no case; add " + MappingCase.FOLDER + "/" + name + "/<case>.in.json");
            }
            if (!readme.contains("`" + name + "`")) {
                faults.add(file + ": is not in mappings/README.md; add its row");
            }
            try {
                reader.read(name);
            } catch (MappingFault e) {
                faults.add(e.getMessage());
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void everyCaseBelongsToAMappingAndHasAnOutput() {
        var faults = new ArrayList<String>();
        for (var golden : MappingCase.all()) {
            if (!Files.exists(FOLDER.resolve(golden.mapping() + ".jslt"))) {
                faults.add(golden.input() + ": there is no mapping " + golden.mapping() + "; remove the case");
            }
            if (!Files.exists(golden.output())) {
                faults.add(golden.input() + ": has no output; add " + golden.output());
            }
        }
        assertThat(faults).isEmpty();
    }

    private static List<Path> mappings() throws IOException {
        try (var files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".jslt")).toList();
        }
    }
}
