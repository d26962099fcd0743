package dev.gaia.routes;

import java.util.LinkedHashMap;
import java.util.Map;

/** The values that stand for the names of a route template in one instance of it. */
record TemplateParameters(Map<String, String> values) {

    /** What the instance sets, and for the rest what the template takes by default. */
    static TemplateParameters of(RouteFile.Entry instance, RouteFile.Entry template) {
        var values = new LinkedHashMap<String, String>();
        template.body().path("parameters").forEach(parameter -> {
            if (parameter.has("defaultValue")) {
                values.put(
                        parameter.path("name").asText(),
                        parameter.path("defaultValue").asText());
            }
        });
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
