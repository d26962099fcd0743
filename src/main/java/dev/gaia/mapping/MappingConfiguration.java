package dev.gaia.mapping;

import com.schibsted.spt.data.jslt.Function;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Gives Camel the component under the name routes use. The folder comes as text: as a {@code Path}, Spring would rather
 * take a folder of that name on the class path.
 */
@Configuration(proxyBeanMethods = false)
class MappingConfiguration {

    @Bean
    MappingReader mappingReader(@Value("${gaia.mappings-dir}") String folder, ObjectProvider<Function> functions) {
        return new MappingReader(Path.of(folder), functions.orderedStream().toList());
    }

    @Bean
    TableReader tableReader(@Value("${gaia.mappings-dir}") String folder) {
        return new TableReader(Path.of(folder));
    }

    @Bean("mapping")
    MappingComponent mappingComponent(MappingReader reader) {
        return new MappingComponent(reader);
    }
}
