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
                "408 | {} | TRANSIENT",
                "409 | {} | TRANSIENT",
                "409 | {'error':{'type':'conflict_error','message':'try again'}} | TRANSIENT",
                "409 | {'error':{'type':'idempotency_error','message':'other parameters'}} | REQUEST",
                "500 | {} | TRANSIENT",
                "503 | {} | TRANSIENT",
                "529 | {'error':{'type':'overloaded_error','message':'x'}} | TRANSIENT",
                "599 | {} | TRANSIENT",
                "400 | {'error':{'code':'context_length_exceeded','message':'x'}} | CONTEXT",
                "413 | {'error':{'code':'context_length_exceeded','message':'x'}} | CONTEXT",
                "400 | {'error':{'type':'invalid_request_error','message':'prompt is too long: 9'}} | CONTEXT",
                "413 | {'error':{'type':'request_too_large','message':'x'}} | REQUEST",
                "400 | {'error':{'code':'content_policy_violation','message':'x'}} | REFUSAL",
                "400 | {'error':{'code':'moderation_blocked','message':'x'}} | REFUSAL",
                "400 | {'error':{'code':'safety_block','message':'x'}} | REFUSAL",
                "422 | {'error':{'code':'content_filter','message':'x'}} | REFUSAL",
                "400 | {'error':{'type':'invalid_request_error','message':'bad'}} | REQUEST",
                "422 | {'error':{'message':'bad'}} | REQUEST",
                "400 | {'error':{'code':'unsupported_parameter','message':'x'}} | UNKNOWN_MODEL",
                "400 | {'error':{'code':'prefill_not_supported','message':'x'}} | PREFILL_REFUSED",
                "429 | {'error':{'code':'spend_limit_reached','message':'x'}} | QUOTA",
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
                "400 | {'error':{'type':'invalid_request_error','message':'Prefill is not supported'}} | PREFILL_REFUSED",
                "400 | {'error':{'message':'The conversation must end with a user message.'}} | PREFILL_REFUSED",
                "400 | {'error':{'type':'invalid_request_error','message':'credit balance is too low'}} | QUOTA",
                "400 | {'error':{'message':'You have reached your specified API usage limits.'}} | QUOTA",
                "400 | {'error':{'type':'invalid_request_error','message':'input length and `max_tokens` exceed context limit: 9 + 9 > 9'}} | CONTEXT",
                "400 | {'error':{'code':400,'type':'exceed_context_size_error','message':'x','n_ctx':256}} | CONTEXT",
                "400 | {'error':{'code':400,'type':'BadRequestError','message':'maximum context length is 9'}} | CONTEXT",
                "400 | {'error':'maximum context length is 9'} | CONTEXT"
            })
    void readsTextsOfProvidersThatGiveNothingElse(int status, String body, Kind kind) {
        assertThat(CLASSIFY.ofStatus(status, json(body), Optional.empty()).kind())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {'error':{'code':'invalid_value','type':'invalid_request_error','message':'bad name: prefill'}}",
                "400 | {'error':{'code':'invalid_value','message':'the name context window is taken'}}",
                "422 | {'error':{'type':'missing_field','message':'too many tokens'}}"
            })
    void doesNotReadTextsBesideACode(int status, String body) {
        assertThat(CLASSIFY.ofStatus(status, json(body), Optional.empty()).kind())
                .isEqualTo(Kind.REQUEST);
    }

    /** What vLLM, Ollama and Google's compatible servers answer. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {'object':'error','type':'BadRequestError','code':400,'message':'maximum context length is 9'} | CONTEXT | maximum context length is 9",
                "400 | {'object':'error','code':'content_filter','message':'no'} | REFUSAL | no",
                "404 | {'error':'model not found'} | UNKNOWN_MODEL | model not found",
                "429 | [{'error':{'code':429,'message':'slow','status':'RESOURCE_EXHAUSTED'}}] | RATE | slow"
            })
    void readsErrorsInOtherPlaces(int status, String body, Kind kind, String words) {
        var failure = CLASSIFY.ofStatus(status, json(body), Optional.empty());

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.details().words()).isEqualTo(words);
    }

    /** A number says nothing that the status did not, and a type that stands for all bad requests is no code. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'error':{'code':'content_filter','type':'invalid_request_error','message':'x'}} | content_filter",
                "{'error':{'code':400,'type':'exceed_context_size_error','message':'x'}} | exceed_context_size_error",
                "{'error':{'type':'invalid_request_error','message':'prompt is too long'}} | none",
                "{'error':{'code':400,'type':'BadRequestError','message':'x'}} | none"
            })
    void keepsTheProvidersOwnCode(String body, String code) {
        assertThat(CLASSIFY.ofStatus(400, json(body), Optional.empty())
                        .details()
                        .code())
                .isEqualTo("none".equals(code) ? "" : code);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | UNKNOWN_MODEL",
                "{'error':{'code':'model_not_found','message':'x'}} | UNKNOWN_MODEL",
                "{'error':{'code':'DeploymentNotFound','message':'x'}} | UNKNOWN_MODEL",
                "{'error':{'type':'not_found_error','message':'model: claude-x'}} | UNKNOWN_MODEL",
                "{'error':{'code':404,'type':'NotFoundError','message':'The model `x` does not exist.'}} | UNKNOWN_MODEL",
                "{'error':{'type':'not_found_error','message':'x'}} | UNKNOWN_MODEL",
                "{'error':{'type':'not_found_error','message':'File not found: file_1'}} | REQUEST",
                "{'error':{'type':'invalid_request_error','message':'Invalid URL (POST /v1/chat)'}} | REQUEST",
                "{'error':{'code':'previous_response_not_found','message':'x'}} | REQUEST"
            })
    void takesAMissingModelFromOtherThingsThatAreMissing(String body, Kind kind) {
        assertThat(CLASSIFY.ofStatus(404, json(body), Optional.empty()).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'timeout_error','message':'x'} | TRANSIENT | 504",
                "{'type':'not_found_error','message':'model: x'} | UNKNOWN_MODEL | 404",
                "{'code':'context_length_exceeded','message':'x'} | CONTEXT | 400",
                "{'code':'content_policy_violation','message':'x'} | REFUSAL | 400",
                "{'type':'billing_error','message':'x'} | QUOTA | 402",
                "{'code':429,'message':'x'} | RATE | 429",
                "{'code':'429','message':'x'} | RATE | 429",
                "{'code':400,'message':'x'} | REQUEST | 400",
                "{'code':401,'message':'x'} | AUTH | 401",
                "{'status':503,'message':'x'} | TRANSIENT | 503",
                "{'code':400,'type':'BadRequestError','message':'maximum context length is 9'} | CONTEXT | 400",
                "{'code':200,'message':'x'} | TRANSIENT | 500",
                "{'code':1001,'message':'x'} | TRANSIENT | 500",
                "{'message':'server fault'} | TRANSIENT | 500"
            })
    void takesTheStatusThatAnErrorStandsFor(String error, Kind kind, int status) {
        var failure = CLASSIFY.ofError(json(error));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.details().status()).isEqualTo(status);
    }

    /** A whole answer of status 200 that is an error passes, whatever it says, but a decision is not asked again. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'invalid_request_error','message':'x'} | TRANSIENT",
                "{'type':'authentication_error','message':'x'} | TRANSIENT",
                "{'code':429,'message':'x'} | TRANSIENT",
                "{'code':'insufficient_quota','message':'x'} | TRANSIENT",
                "{'message':'x'} | TRANSIENT",
                "{'code':'content_policy_violation','message':'x'} | REFUSAL"
            })
    void takesAnErrorInPlaceOfAnAnswerForAPassingFault(String error, Kind kind) {
        assertThat(CLASSIFY.ofAnswer(json(error)).kind()).isEqualTo(kind);
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
