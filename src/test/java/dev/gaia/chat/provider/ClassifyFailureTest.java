package dev.gaia.chat.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gaia.chat.provider.ProviderFailure.Kind;
import dev.gaia.mapping.TableReader;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassifyFailureTest {

    private static final ClassifyFailure CLASSIFY =
            new ClassifyFailure(FailureTable.read(new TableReader(Path.of("mappings"))));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429 | {'error':{'message':'slow down','type':'requests','code':'rate_limit_exceeded'}} | RATE",
                "429 | {'error':{'message':'no credit','code':'insufficient_quota'}} | QUOTA",
                "429 | {'type':'error','error':{'type':'rate_limit_error','message':'x'}} | RATE",
                "402 | {'error':{'type':'billing_error','message':'x'}} | QUOTA",
                "401 | {'error':{'type':'authentication_error','message':'x'}} | AUTH",
                "403 | {} | AUTH",
                "404 | {'error':{'code':'model_not_found','message':'x'}} | UNKNOWN_MODEL",
                "408 | {} | TRANSIENT",
                "500 | {} | TRANSIENT",
                "503 | {} | TRANSIENT",
                "529 | {'error':{'type':'overloaded_error','message':'x'}} | TRANSIENT",
                "599 | {} | TRANSIENT",
                "400 | {'error':{'code':'context_length_exceeded','message':'x'}} | CONTEXT",
                "400 | {'error':{'type':'invalid_request_error','message':'prompt is too long: 9'}} | CONTEXT",
                "400 | {'error':{'code':'content_policy_violation','message':'x'}} | REFUSAL",
                "400 | {'error':{'type':'invalid_request_error','message':'bad'}} | REQUEST",
                "418 | {} | REQUEST"
            })
    void readsStatusCodeAndType(int status, String body, Kind kind) {
        assertThat(CLASSIFY.ofStatus(status, json(body), Optional.empty()).kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'overloaded_error','message':'x'} | TRANSIENT",
                "{'message':'x','type':'server_error','code':null} | TRANSIENT",
                "{'type':'rate_limit_error','message':'x'} | RATE",
                "{'code':'insufficient_quota','message':'x'} | QUOTA",
                "{'type':'authentication_error','message':'x'} | AUTH",
                "{'type':'invalid_request_error','message':'x'} | REQUEST"
            })
    void readsErrorsThatComeWithAnswers(String error, Kind kind) {
        assertThat(CLASSIFY.ofError(json(error)).kind()).isEqualTo(kind);
    }

    @Test
    void readsAnswersThatAreNoJson() {
        assertThat(CLASSIFY.ofStatus(502, MissingNode.getInstance(), Optional.empty())
                        .kind())
                .isEqualTo(Kind.TRANSIENT);
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
