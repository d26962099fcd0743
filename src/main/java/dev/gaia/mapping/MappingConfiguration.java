package dev.gaia.mapping;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.schibsted.spt.data.jslt.Function;
import java.nio.file.Path;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
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

    /**
     * One pool of buffers for all threads. Jackson keeps them per thread otherwise, and as each request has a virtual
     * thread of its own, each began with fresh ones: a fifth of all that a chat allocated (JDK 25).
     */
    @Bean
    Jackson2ObjectMapperBuilderCustomizer sharedJsonBuffers() {
        return builder -> builder.factory(JsonFactory.builder()
                .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                .build());
    }

    @Bean("mapping")
    MappingComponent mappingComponent(MappingReader reader) {
        return new MappingComponent(reader);
    }
}
