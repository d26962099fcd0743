package dev.gaia.asset.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a found asset may be used for, and what it needs. */
class CandidateTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> FORMATS = List.of("png");

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static ObjectNode row() {
        return json("{'id':'1','similarity':0.9,'quality_score':0.7,'storage_type':'supabase','file_format':'png',"
                + "'file_size_mb':1,'size_bytes':1048576,'style_tags':['Vintage'],'metadata':{}}");
    }

    private static ObjectNode request() {
        return json("{'style':'vintage','requirements':{'quality':'medium'},'preferences':{'allow_database':true,"
                + "'allow_modifications':true,'allow_external':true,'allow_non_commercial':false}}");
    }

    private static boolean adaptable(JsonNode row) {
        return new Candidate(row).adaptable(request(), FORMATS, 2 << 20);
    }

    private static List<String> kinds(JsonNode row, JsonNode request) {
        return new Candidate(row)
                .modifications(request).stream()
                        .map(Candidate.Modification::kind)
                        .toList();
    }

    @ParameterizedTest
    @CsvSource({"0.59,false,false", "0.6,true,false", "0.79,true,false", "0.8,true,true", "1,true,true"})
    void isGoodEnoughToAdaptBeforeItIsGoodEnoughToUse(double quality, boolean adaptable, boolean usable) {
        var row = row().put("quality_score", quality);

        assertThat(adaptable(row)).isEqualTo(adaptable);
        assertThat(new Candidate(row).usable(request())).isEqualTo(usable);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'attribution':{'licence_name':'CC BY-ND'}}",
                "{'attribution':{'licence_name':'CC BY-NC-ND 4.0'}}",
                "{'attribution':{'licence_url':'https://creativecommons.org/licenses/by-nd/4.0/'}}",
                "{'attribution':{'licence_name':'Attribution-NoDerivatives'}}",
                "{'no_derivatives':true}"
            })
    void isNoBaseWhenItsLicenceForbidsChanges(String metadata) {
        var row = row();
        row.set("metadata", json(metadata));

        assertThat(adaptable(row)).isFalse();
    }

    @Test
    void isNoBaseWhenItsCreditNamesALicenceThatForbidsChanges() {
        assertThat(adaptable(row().put("attribution_text", "Lamp by Ann (CC BY-ND)")))
                .isFalse();
        assertThat(adaptable(row().put("attribution_text", "Lamp by Andy Sandby (CC BY)")))
                .isTrue();
    }

    @Test
    void isNoBaseInAFormNobodyTakesOrWhenItIsTooLarge() {
        assertThat(adaptable(row().put("file_format", "gif"))).isFalse();
        assertThat(adaptable(row().put("size_bytes", 3 << 20))).isFalse();
    }

    @Test
    void needsWhatIsMissing() {
        var request = request();
        request.put("style", "cartoon");
        request.withObject("/requirements").put("quality", "ultra").put("polygon_count_max", 1000);
        var row = row();
        row.withObject("/metadata").put("polygon_count", 5000);

        assertThat(kinds(row, request)).containsExactly("style", "enhance", "reduce");
        assertThat(new Candidate(row).adaptable(request, FORMATS, 2 << 20)).isTrue();
        assertThat(new Candidate(row.put("quality_score", 0.9)).usable(request)).isFalse();
    }

    @Test
    void isVariedWhenNothingIsMissing() {
        assertThat(kinds(row(), request())).containsExactly("variation");
    }

    @Test
    void isNoCandidateWhenItMayNotBeSoldOrIsFarFromTheRequest() {
        var found = json("{'assets':[]}");
        var kept = row();
        kept.withObject("/metadata").put("non_commercial", true);
        found.withArray("assets").add(kept).add(row().put("similarity", 0.69));

        assertThat(Candidate.of(found, request())).isEmpty();
        var any = request();
        any.withObject("/preferences").put("allow_non_commercial", true);
        assertThat(Candidate.of(found, any)).hasSize(1);
    }

    @Test
    void comesFromALibraryOnlyWhenThatIsAllowed() {
        var found = json("{'assets':[]}");
        found.withArray("assets").add(row().put("storage_type", "external").put("quality_score", 0.9));
        var closed = request();
        closed.withObject("/preferences").put("allow_external", false);

        assertThat(Candidate.of(found, closed)).isEmpty();
        var external = request();
        external.withObject("/preferences").put("allow_database", false);
        assertThat(Candidate.of(found, external)).allMatch(candidate -> candidate.usable(external));
    }

    @Test
    void isTheBestByQualityThenByNearness() {
        var far = new Candidate(row().put("similarity", 0.75));
        var near = new Candidate(row());
        var good = new Candidate(row().put("similarity", 0.71).put("quality_score", 0.8));

        assertThat(Candidate.best(List.of(far, near).stream(), request())).contains(near);
        assertThat(Candidate.best(List.of(far, near, good).stream(), request())).contains(good);
    }

    @Test
    void isTheBestAmongEqualsWhenATagNamesTheStyle() {
        var styled = new Candidate(row().put("created_at", "2026-01-01T00:00:00"));
        var newer = row().put("created_at", "2026-02-01T00:00:00");
        newer.putArray("style_tags").add("cartoon");
        var nearer = newer.deepCopy().put("similarity", 0.95);

        assertThat(Candidate.best(Stream.of(new Candidate(newer), styled), request()))
                .contains(styled);
        assertThat(Candidate.best(Stream.of(new Candidate(nearer), styled), request()))
                .contains(new Candidate(nearer));
    }
}
