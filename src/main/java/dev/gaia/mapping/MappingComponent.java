package dev.gaia.mapping;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * The component {@code mapping:<area>/<name>}: applies {@code mappings/<area>/<name>.jslt} to the body.
 *
 * <p>The body is a {@code JsonNode}, or a {@link JsonStream} whose documents are then mapped as they are read. The
 * exchange variables named by the parameter {@code variables} (comma list) are read by the file as {@code $name};
 * each must hold a {@code JsonNode} or text. The file is compiled when the route is built, so that a fault stops the start.
 */
public final class MappingComponent extends DefaultComponent {

    private final MappingReader reader;

    public MappingComponent(MappingReader reader) {
        this.reader = requireNonNull(reader, "reader is null");
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        var variables = getAndRemoveParameter(parameters, "variables", String.class, "");
        return new MappingEndpoint(uri, this, reader.read(remaining), variables);
    }
}
