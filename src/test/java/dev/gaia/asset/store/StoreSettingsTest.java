package dev.gaia.asset.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.FileSystemResource;

class StoreSettingsTest {

    private static StoreSettings bind(Map<String, String> more) throws Exception {
        var environment = new StandardEnvironment();
        var file = new FileSystemResource(Path.of("src/main/resources/application.yaml"));
        new YamlPropertySourceLoader().load("application", file).forEach(environment.getPropertySources()::addLast);
        Map<String, Object> prefixed = new HashMap<>();
        more.forEach((name, value) -> prefixed.put("gaia.asset.storage." + name, value));
        environment.getPropertySources().addFirst(new MapPropertySource("test", prefixed));
        ConfigurationPropertySources.attach(environment);
        return Binder.get(environment)
                .bind("gaia.asset.storage", StoreSettings.class)
                .get();
    }

    @Test
    void keepsFilesInAFolderUnlessToldOtherwise() throws Exception {
        var settings = bind(Map.of());

        assertThat(settings.backend()).isEqualTo("local");
        assertThat(settings.target()).isEqualTo(FileLinks.Target.GATEWAY);
        assertThat(settings.linkBase(8666)).isEqualTo("http://localhost:8666/files");
        assertThat(settings.cleanAge()).hasDays(30);
    }

    @Test
    void readsEveryBackend() throws Exception {
        var s3 = bind(Map.of(
                "backend",
                "s3",
                "links",
                "signed",
                "s3.endpoint",
                "https://s3.example/",
                "s3.path-style",
                "true",
                "s3.access-key",
                "a",
                "s3.secret-key",
                "secret"));
        var supabase = bind(Map.of(
                "backend",
                "supabase",
                "links",
                "public",
                "supabase.url",
                "https://x.supabase.co",
                "supabase.service-key",
                "sb_secret_x"));

        var gcs = bind(Map.of("backend", "gcs", "links", "signed", "gcs.bucket", "of-google"));

        assertThat(gcs.gcs().endpoint()).isEqualTo("https://storage.googleapis.com");
        assertThat(List.of(gcs.shownBucket(), s3.shownBucket())).containsExactly("of-google", "assets");
        assertThat(s3.s3().endpoint()).isEqualTo("https://s3.example");
        assertThat(s3.s3().pathStyle()).isTrue();
        assertThat(supabase.supabase().url()).isEqualTo("https://x.supabase.co");
        assertThat(supabase.linkBase(8666)).isEmpty();
        assertThat(List.of(
                        s3.toString(),
                        s3.s3().toString(),
                        supabase.toString(),
                        supabase.supabase().toString()))
                .noneMatch(text -> text.contains("secret"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "backend=tape|backend` is tape; it must be one of",
                "links=signed|a folder has no links of its own",
                "link-life=10m|it must be 1h to 7d",
                "bucket=a/b|must be letters",
                "clean-batch=0|must be 1 to 1000",
                "in-flight-max=0|must be 1 or more",
                "timeout=0s|duration above 0",
                "backend=supabase|supabase.url` is ; it must be an https address",
                "backend=supabase,supabase.url=https://x.supabase.co|service-key` is empty",
                "backend=supabase,supabase.url=http://x.supabase.co|must be an https address",
                "backend=s3,s3.access-key=a|set both or none",
                "backend=gcs,gcs.endpoint=http://10.0.0.1|must be an https address",
                "backend=gcs,gcs.bucket=a/b|must be letters",
                "backend=s3,s3.endpoint=http://10.0.0.1|must be an https address",
                "backend=s3,s3.region=|must name a region"
            })
    void refusesWhatCannotWork(String given, String said) {
        Map<String, String> more = new HashMap<>();
        for (String pair : given.split(",", -1)) {
            more.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }

        assertThatThrownBy(() -> bind(more))
                .isInstanceOf(BindException.class)
                .rootCause()
                .hasMessageContaining(said);
    }
}
