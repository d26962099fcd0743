package dev.gaia.routes;

import java.util.function.Predicate;
import org.springframework.core.env.Environment;
import org.springframework.util.PropertyPlaceholderHelper;

/** The settings, beans and components of this application. */
public final class SpringSurroundings implements Surroundings {

    private static final String COMPONENTS = "META-INF/services/org/apache/camel/component/";

    private final Environment settings;
    private final Predicate<String> beans;
    private final PropertyPlaceholderHelper placeholders = new PropertyPlaceholderHelper("{{", "}}", ":", null, true);

    public SpringSurroundings(Environment settings, Predicate<String> beans) {
        this.settings = settings;
        this.beans = beans;
    }

    @Override
    public boolean hasKey(String key) {
        return settings.containsProperty(key);
    }

    @Override
    public boolean hasBean(String name) {
        return beans.test(name);
    }

    @Override
    public boolean hasComponent(String scheme) {
        return getClass().getClassLoader().getResource(COMPONENTS + scheme) != null || beans.test(scheme);
    }

    @Override
    public String resolve(String text) {
        return placeholders.replacePlaceholders(text, settings::getProperty);
    }
}
