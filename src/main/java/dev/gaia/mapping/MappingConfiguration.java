package dev.gaia.mapping;

import java.nio.file.Path;
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
    MappingReader mappingReader(@Value("${gaia.mappings-dir}") String folder) {
        return new MappingReader(Path.of(folder));
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
