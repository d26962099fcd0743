package dev.gaia.mapping;

import com.schibsted.spt.data.jslt.Function;
import dev.gaia.chat.catalogue.ModelCatalogue;
import dev.gaia.chat.catalogue.ModelFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The functions mappings find in a running process. */
final class MappingFunctions {

    private MappingFunctions() {}

    static List<Function> all() {
        var tables = new TableReader(Path.of("mappings"));
        return List.of(new ModelFacts(ModelCatalogue.read(tables, Optional.empty())));
    }
}
