package dev.gaia.routes;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.model.EndpointRequiredDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.stereotype.Component;

/**
 * Stops the start on what Camel accepts without a word: an error configuration that does not exist, a {@code direct:}
 * target that no route answers. A look at the loaded model, so that a good start reads no file twice.
 */
@Component
class SilentMistakes implements CamelContextConfiguration {

    private final RouteDiagnosis diagnosis;

    SilentMistakes(RouteDiagnosis diagnosis) {
        this.diagnosis = diagnosis;
    }

    @Override
    public void beforeApplicationStart(CamelContext context) {
        var model = context.getCamelContextExtension().getContextPlugin(Model.class);
        var routes = List.copyOf(model.getRouteDefinitions());
        var configurations = new HashSet<String>();
        model.getRouteConfigurationDefinitions().forEach(configuration -> configurations.add(configuration.getId()));
        var names = new HashSet<String>();
        routes.forEach(route -> directName(context, route, route.getInput()).ifPresent(names::add));

        var suspects = new HashSet<String>();
        for (RouteDefinition route : routes) {
            if (!configurationKnown(route, configurations) || !targetsKnown(context, route, names)) {
                suspects.add(route.getRouteId());
            }
        }
        if (!suspects.isEmpty()) {
            var faults = diagnosis.faults();
            if (!faults.isEmpty()) {
                throw new RoutesRefused(faults);
            }
        }
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
        // Nothing: what is wrong later is a matter of the routes' health.
    }

    private static boolean configurationKnown(RouteDefinition route, Set<String> configurations) {
        return route.getRouteConfigurationId() == null
                || configurations.containsAll(
                        List.of(route.getRouteConfigurationId().split(",")));
    }

    @SuppressWarnings("rawtypes") // Camel's own type is raw
    private static boolean targetsKnown(CamelContext context, RouteDefinition route, Set<String> names) {
        return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class).stream()
                .map(step -> directName(context, route, step))
                .flatMap(Optional::stream)
                .allMatch(names::contains);
    }

    private static Optional<String> directName(
            CamelContext context, RouteDefinition route, OptionalIdentifiedDefinition<?> step) {
        if (step instanceof EndpointRequiredDefinition endpoint && endpoint.getEndpointUri() != null) {
            return RouteFiles.directName(resolved(context, route, endpoint.getEndpointUri()));
        }
        return Optional.empty();
    }

    /** A route made from a template still has the template's placeholders. */
    private static String resolved(CamelContext context, RouteDefinition route, String uri) {
        var properties = context.getPropertiesComponent();
        if (route.getTemplateParameters() != null) {
            var parameters = new Properties();
            route.getTemplateParameters().forEach((name, value) -> parameters.setProperty(name, value.toString()));
            properties.setLocalProperties(parameters);
        }
        try {
            return context.resolvePropertyPlaceholders(uri);
        } finally {
            properties.setLocalProperties(null);
        }
    }
}
