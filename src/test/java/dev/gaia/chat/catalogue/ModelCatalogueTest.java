package dev.gaia.chat.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gaia.mapping.MappingFault;
import dev.gaia.mapping.TableReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelCatalogueTest {

    private static final TableReader TABLES = new TableReader(Path.of("mappings"));

    @TempDir
    private Path folder;

    private ModelCatalogue with(String additions) throws IOException {
        var file = folder.resolve("more.yaml");
        Files.writeString(file, additions);
        return ModelCatalogue.read(TABLES, Optional.of(file));
    }

    @Test
    void findsByIdThenByNameOfOtherDaysThenByPattern() {
        var catalogue = ModelCatalogue.read(TABLES, Optional.empty());

        assertThat(catalogue.find("gpt-4o").map(ModelCatalogue.Found::model)).contains("gpt-4o");
        assertThat(catalogue.find("claude-3-opus-20240229").map(ModelCatalogue.Found::model))
                .contains("claude-opus-5-5");
        assertThat(catalogue.find("local/llama:8b").map(ModelCatalogue.Found::model))
                .contains("local/llama:8b");
        assertThat(catalogue.find("nope")).isEmpty();
    }

    /** Semantics 13.1: clients hard-code these. */
    @ParameterizedTest
    @CsvSource({
        "claude-3-haiku-20240307, claude",
        "claude-3-sonnet-20240229, claude",
        "claude-3-5-haiku-20241022, claude",
        "claude-3-5-sonnet-20241022, claude",
        "claude-3-opus-20240229, claude",
        "gpt-4o, openai",
        "gpt-4o-mini, openai",
        "gpt-4-turbo, openai",
        "gpt-3.5-turbo, openai",
        "gpt-4, openai"
    })
    void knowsTheNamesOfOtherDays(String name, String provider) {
        var catalogue = ModelCatalogue.read(TABLES, Optional.empty());

        assertThat(catalogue.find(name).map(ModelCatalogue.Found::provider)).contains(provider);
    }

    @Test
    void takesProvidersAndModelsFromTheOperatorsFile() throws IOException {
        var catalogue = with("""
                        providers:
                          - {name: groq, base-url: "https://api.groq.com/openai/v1", key-variable: GROQ_API_KEY, default-model: llama-4}
                          - {name: local, base-url: "http://127.0.0.1:11434/v1", default-model: tiny, legacy-max-tokens: true}
                        models:
                          - {id: llama-4, provider: groq, context: 131072, price: {input: 0.11, output: 0.34}}
                          - {id: tiny, provider: local}
                          - {id: gpt-4o, price: {input: 2.5, output: 10}}
                        """);

        assertThat(catalogue.find("llama-4").orElseThrow().provider()).isEqualTo("groq");
        var overridden = catalogue.find("gpt-4o").orElseThrow().entry();
        assertThat(overridden.price().input()).isEqualByComparingTo("2.5");
        assertThat(overridden.title()).isEqualTo("GPT-4o");
        assertThat(catalogue.facts("tiny").path("legacy_max_tokens").asBoolean())
                .isTrue();
        assertThat(ConfiguredProviders.settings(catalogue))
                .containsEntry("gaia.provider.endpoints.groq.base-url", "https://api.groq.com/openai/v1")
                .containsEntry("gaia.provider.endpoints.groq.key", "${GROQ_API_KEY:}")
                .containsEntry("gaia.provider.endpoints.local.key", "none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'models:\n  - {id: x, provider: nobody}' | :2: the provider nobody is not in the list of providers; add it there",
                "'models:\n  - id: x\n    provider: openai\n    colour: red' | :4: there is no field `colour`; write one of",
                "'models:\n  - id: x\n    provider: openai\n    aliases: [gpt-4]' | :4: the name gpt-4 stands for two models",
                "'models:\n  - id: x\n    provider: openai\n    quality: 7' | :2: `quality` is 7.0; it must be between 0 and 1",
                "'models:\n  - id: x\n    provider: openai\n    context: many' | :4: the value of `context` is of the wrong kind",
                "'models:\n  - id: x\n    provider: openai\n    fallbacks: [nope]' | :4: the fallback nope is no model of this catalogue",
                "'models:\n  - id: x\n    provider: openai\n    capabilities: [smell]' | :2: there is no capability smell",
                "'models:\n  - id: x\n  provider' | :3: this is not YAML",
                "'modles: []' | :1: there is no list `modles`; write one of providers, models",
                "'providers:\n  - {name: groq, default-model: nope}' | :2: the default model nope is no model of the provider groq",
                "'providers:\n  - {name: groq}' | :2: the provider groq needs a `default-model`",
            })
    void refusesAFileWithAMistakeAndSaysWhere(String additions, String words) {
        assertThatThrownBy(() -> with(additions))
                .isInstanceOf(MappingFault.class)
                .hasMessageContaining("more.yaml" + words);
    }

    @Test
    void refusesAFileThatIsNotThere() {
        var file = folder.resolve("none.yaml");

        assertThatThrownBy(() -> ModelCatalogue.read(TABLES, Optional.of(file)))
                .isInstanceOf(MappingFault.class)
                .hasMessageContaining("GAIA_MODELS_FILE");
    }
}
