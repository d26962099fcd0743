package dev.gaia.chat.attempt;

import dev.gaia.chat.catalogue.ModelLimits;
import dev.gaia.chat.provider.ProviderSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

/** The settings by which one model is asked: those of the process, but where the catalogue has others for it. */
public record ModelSettings(ProviderSettings provider, AttemptSettings attempts) {

    private static final String PROVIDER = "gaia.provider";
    private static final String ATTEMPTS = "gaia.provider.attempts";
    private static final String FIRST_TOKEN = PROVIDER + ".first-token-timeout";
    private static final String REASONING_FIRST_TOKEN = ATTEMPTS + ".reasoning-first-token-timeout";

    /**
     * Puts a model's own limits over the settings.
     *
     * @throws IllegalArgumentException when a value is none, or none that the setting may have: which, and what it must be
     */
    public static ModelSettings of(ConfigurableEnvironment environment, ModelLimits limits) {
        Map<String, String> own = new HashMap<>(limits.settings());
        // Said of this very model, it also holds when that thinks first.
        if (own.containsKey(FIRST_TOKEN)) {
            own.putIfAbsent(REASONING_FIRST_TOKEN, own.get(FIRST_TOKEN));
        }
        List<ConfigurationPropertySource> sources = Stream.concat(
                        Stream.of(new MapConfigurationPropertySource(own)),
                        StreamSupport.stream(
                                ConfigurationPropertySources.get(environment).spliterator(), false))
                .toList();
        var binder = new Binder(sources, new PropertySourcesPlaceholdersResolver(environment));
        try {
            return new ModelSettings(
                    binder.bind(PROVIDER, ProviderSettings.class).get(),
                    binder.bind(ATTEMPTS, AttemptSettings.class).get());
        } catch (BindException e) {
            throw new IllegalArgumentException(reason(e), e);
        }
    }

    private static String reason(BindException wrong) {
        Throwable cause = wrong;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        var property = wrong.getProperty();
        return property == null
                ? String.valueOf(cause.getMessage())
                : "`" + property.getName() + "` is " + property.getValue() + ": " + cause.getMessage();
    }
}
