package dev.gaia.mapping;

import java.nio.file.Path;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Gives Camel the component under the name routes use. */
@Configuration(proxyBeanMethods = false)
class MappingConfiguration {

    @Bean
    MappingReader mappingReader(@Value("${gaia.mappings-dir}") Path folder) {
        return new MappingReader(folder);
    }

    @Bean
    TableReader tableReader(@Value("${gaia.mappings-dir}") Path folder) {
        return new TableReader(folder);
    }

    @Bean("mapping")
    MappingComponent mappingComponent(MappingReader reader) {
        return new MappingComponent(reader);
    }
}
