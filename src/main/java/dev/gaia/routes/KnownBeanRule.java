package dev.gaia.routes;

import java.util.List;
import java.util.Optional;

/** Every bean that a step calls or an option names exists. */
final class KnownBeanRule implements RouteRule {

    private final Surroundings surroundings;

    KnownBeanRule(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void check(RouteFiles files, List<Fault> faults) {
        files.files()
                .forEach(file -> file.walk((pointer, node) -> {
                    if (node.isTextual()) {
                        bean(pointer, node.textValue())
                                .filter(name -> !surroundings.hasBean(name))
                                .ifPresent(name -> faults.add(file.fault(
                                        pointer,
                                        "there is no bean `%s`".formatted(name),
                                        "write the name of a bean of the application")));
                    }
                }));
    }

    /** The name of the bean that a value refers to; empty when the value refers to none, or not by name. */
    private static Optional<String> bean(String pointer, String value) {
        if (value.startsWith("#bean:")) {
            return Optional.of(value.substring("#bean:".length()));
        }
        if (value.startsWith("#") && value.indexOf(':') < 0 && value.matches("#[A-Za-z][\\w.-]*")) {
            return Optional.of(value.substring(1));
        }
        boolean refers =
                pointer.endsWith("/process/ref") || pointer.endsWith("/bean/ref") || pointer.endsWith("/method/ref");
        return refers && !value.startsWith("#") && !value.contains("{{") ? Optional.of(value) : Optional.empty();
    }
}
