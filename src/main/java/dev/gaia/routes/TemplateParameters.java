package dev.gaia.routes;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values one instance of a route template fills in. */
record TemplateParameters(Map<String, String> values) {

    static TemplateParameters of(RouteFile.Entry instance) {
        var values = new LinkedHashMap<String, String>();
        instance.body()
                .path("parameters")
                .forEach(parameter -> values.put(
                        parameter.path("name").asText(), parameter.path("value").asText()));
        return new TemplateParameters(values);
    }

    /** The text with this instance's values in the place of the template's names. */
    String apply(String text) {
        String filled = text;
        for (var value : values.entrySet()) {
            filled = filled.replace("{{" + value.getKey() + "}}", value.getValue());
        }
        return filled;
    }
}
