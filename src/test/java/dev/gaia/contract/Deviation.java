package dev.gaia.contract;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What answers do other than a document says, and are meant to. Each must still happen.
 *
 * @param operations the ids of the operations, as a regular expression
 * @param answer status and body, as a regular expression
 * @param fault what the validator finds, as a regular expression
 * @param reason the rule that stands above the document
 */
record Deviation(String operations, String answer, String fault, String reason) {

    private static final String UNKNOWN_STATUS = "No response defined for status code .*";
    private static final String INVALID_JSON = Pattern.quote("400 {\"detail\":\"Invalid JSON body\"}");
    private static final String INVALID_FIELD =
            "422 \\{\"detail\":\"Service error: \\{\\\\\"detail\\\\\":\\[\\{\\\\\"type\\\\\".*";

    private static final List<Deviation> TOLERATED = List.of(
            new Deviation(
                    "usageHistory",
                    "200 .*",
                    ".*Instance type null is invalid.*#/summary/peak_cost_day",
                    "decisions 9: null without usage"),
            new Deviation(
                    "usageLog",
                    INVALID_FIELD,
                    UNKNOWN_STATUS,
                    "decisions 9: of the usage operations the other document rules, which knows 422"),
            new Deviation(
                    "auth(Login|Register|Refresh|Confirm|Resend)V1|chatOrchestratedV1|modelsRecommend|usageLog",
                    INVALID_JSON,
                    ".*does not match pattern at #/detail",
                    "semantics 2.5: the gateway's own answer; the document lists what the service refuses with 400"),
            new Deviation(
                    "auth(Login|Register|Refresh|Confirm|Resend)V03",
                    Pattern.quote("400 {\"error\":\"Invalid JSON body\"}"),
                    ".*does not have required property \"detail\"",
                    "decisions 4: everywhere under /api/v0.3"),
            new Deviation(
                    "v1Estimate",
                    INVALID_JSON,
                    UNKNOWN_STATUS,
                    "semantics 2.5: everywhere; the document does not list it here"),
            new Deviation(
                    "personasList(V1)?|personasAliasV1|conversationsCreate|streamModelVr",
                    INVALID_FIELD,
                    UNKNOWN_STATUS,
                    "semantics 4: services answer 422 in this form; the document does not list it here"));

    private static final Set<Deviation> SEEN = ConcurrentHashMap.newKeySet();

    /** Whether a fault is meant; remembers that it was there. */
    static boolean tolerates(ContractOperation operation, HttpResponse<String> answer, String fault) {
        String shown = answer.statusCode() + " " + answer.body();
        List<Deviation> meant = TOLERATED.stream()
                .filter(deviation -> operation.id().matches(deviation.operations)
                        && shown.matches(deviation.answer)
                        && fault.matches(deviation.fault))
                .toList();
        SEEN.addAll(meant);
        return !meant.isEmpty();
    }

    /** Those that did not happen. */
    static List<Deviation> unseen() {
        return TOLERATED.stream().filter(deviation -> !SEEN.contains(deviation)).toList();
    }
}
