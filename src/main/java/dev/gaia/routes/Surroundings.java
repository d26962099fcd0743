package dev.gaia.routes;

/** What route files may refer to outside themselves. */
public interface Surroundings {

    /** True when the settings have a value for {@code {{key}}}. */
    boolean hasKey(String key);

    /** True when a step may call the bean; also true when that cannot be told. */
    boolean hasBean(String name);

    /** True when Camel has a component for the scheme of an endpoint. */
    boolean hasComponent(String scheme);

    /** The text with every {@code {{key}}} that has a value replaced by it. */
    String resolve(String text);
}
