package dev.gaia.auth.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The one rule that says who keeps the accounts. */
class ProviderChoiceTest {

    @ParameterizedTest
    @CsvSource({
        "https://project.supabase.co, auto, development, SUPABASE",
        "https://project.supabase.co, true, production, SUPABASE",
        "https://project.supabase.co, false, local, SUPABASE",
        "'', auto, development, LOCAL",
        "'', auto, '', LOCAL",
        "'', auto, production, NONE",
        "'', auto, Prod, NONE",
        "'', true, production, LOCAL",
        "'', FALSE, development, NONE",
        "YOUR_SUPABASE_URL, auto, development, LOCAL"
    })
    void supabaseWinsAndProductionMustAskForTheLocalOne(
            String url, String local, String environment, ProviderChoice choice) {
        assertThat(ProviderChoice.of(url, local, environment)).isEqualTo(choice);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "  ", "your_supabase_url", "https://your-project.supabase.co", "https://placeholder.co"})
    void placeholdersAreNoAddress(String url) {
        assertThat(ProviderChoice.supabase(url)).isEmpty();
    }

    @Test
    void slashesAtTheEndMakeNoDifference() {
        assertThat(ProviderChoice.supabase(" https://project.supabase.co// "))
                .hasToString("Optional[https://project.supabase.co]");
    }

    @Test
    void refusesOtherWordsWithOneSentence() {
        assertThatThrownBy(() -> ProviderChoice.of("", "maybe", "development"))
                .hasMessage("`gaia.identity.enabled` is maybe; it must be auto, true or false.");
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, http://127.0.0.1:8666", "10.1.2.3, http://10.1.2.3:8666", "::1, http://[::1]:8666"})
    void theLocalProviderIsReachedWhereThisProcessListens(String host, String base) {
        var address = new ProviderAddress(ProviderChoice.LOCAL, Optional.empty(), host, () -> 8666);

        assertThat(address.base()).contains(base);
        assertThat(new ProviderAddress(ProviderChoice.NONE, Optional.empty(), host, () -> 8666).base())
                .isEmpty();
    }
}
