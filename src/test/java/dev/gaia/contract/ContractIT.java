package dev.gaia.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gaia.Hub;
import dev.gaia.embedded.EmbeddedNats;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends every operation of the published documents over HTTP, as their examples have it, wrongly, and while something is
 * away, and checks every answer against its document: status, type, headers, schema, each frame of a stream.
 *
 * <p>The tests go from the whole platform to less and less of it, which is why they have an order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContractIT {

    /** The only operation of the documents that is not offered. */
    private static final String NOT_OFFERED = "locationsNearbyV03";

    /** They answer 200 without a field that the document requires: semantics 3.8, assets 14 (no state is no end). */
    private static final Set<String> LENIENT = Set.of("internalValidate", "midjourneyWebhook", "mubertWebhook");

    /** Statuses without a database, by path; the first that fits counts (semantics 19, assets 9.4). */
    private static final Map<String, Integer> WITHOUT_DATABASE = new LinkedHashMap<>();

    static {
        WITHOUT_DATABASE.put("/api/v0.2/personas/current", 200);
        WITHOUT_DATABASE.put("/api/v1/chat/direct-db|/api/v0.2/usage/.*|.*/user-preference", 500);
        WITHOUT_DATABASE.put(".*/(personas|conversations|conversation-stats)(/.*)?", 500);
        WITHOUT_DATABASE.put("/api/v1/assets/(test|health|webhooks/.*|pricing/providers)", 200);
        WITHOUT_DATABASE.put("/api/v1/assets/cost-estimator/(estimate|dalle-tiers|meshy-packages)", 200);
        WITHOUT_DATABASE.put("/api/v1/assets.*|/api/v0.2/assets/pricing/analytics", 503);
        WITHOUT_DATABASE.put(".*", 200);
    }

    @TempDir
    static Path folder;

    private static List<ContractDocument> documents;
    private static ContractWorld world;
    private static ContractSamples samples;
    private static Hub withoutDatabase;

    @BeforeAll
    static void start() throws IOException, SQLException {
        Assumptions.assumeTrue(EmbeddedNats.binary().isPresent(), "nats-server is not installed");
        documents = Stream.of("openapi.yaml", "openapi-assets.yaml")
                .map(ContractDocument::read)
                .toList();
        world = ContractWorld.start(folder);
        samples = world.samples();
    }

    @AfterAll
    static void stop() {
        if (withoutDatabase != null) {
            withoutDatabase.close();
        }
        if (world != null) {
            world.close();
        }
    }

    /** A test for each request that is made for each operation. */
    private static Stream<DynamicNode> forEach(
            Function<ContractOperation, List<ContractRequest>> requests,
            BiConsumer<ContractRequest, HttpResponse<String>> expectation) {
        return documents.stream()
                .flatMap(document -> document.operations().stream())
                .filter(operation -> !NOT_OFFERED.equals(operation.id()))
                .map(operation -> DynamicContainer.dynamicContainer(
                        operation.toString(),
                        requests.apply(operation).stream()
                                .map(request -> DynamicTest.dynamicTest(
                                        request.label(), () -> expectation.accept(request, answered(request))))));
    }

    private static List<ContractRequest> allowed(List<ContractRequest> requests) {
        return requests.stream().map(ContractWorld::allowed).toList();
    }

    private static List<ContractRequest> first(ContractOperation operation) {
        return List.of(ContractWorld.allowed(samples.good(operation).getFirst()));
    }

    private static HttpResponse<String> answered(ContractRequest request) {
        world.seed();
        return checked(request, world.send(request));
    }

    private static HttpResponse<String> checked(ContractRequest request, HttpResponse<String> answer) {
        ContractOperation operation = request.operation();
        List<String> faults = operation.document().faults(operation, answer).stream()
                .filter(fault -> !Deviation.tolerates(operation, answer, fault))
                .toList();
        assertThat(faults)
                .as("%s: %d %.300s", request, answer.statusCode(), answer.body())
                .isEmpty();
        return answer;
    }

    private static void requireStatus(HttpResponse<String> answer, Integer... statuses) {
        assertThat(answer.statusCode()).as("%.300s", answer.body()).isIn((Object[]) statuses);
    }

    @Order(1)
    @TestFactory
    Stream<DynamicNode> answersEveryExample() {
        return forEach(
                operation -> allowed(Stream.concat(
                                samples.good(operation).stream(), ContractWorld.withCredentials(operation).stream())
                        .toList()),
                (request, answer) -> {
                    assertThat(request.operation().document().faults(request))
                            .as("the request")
                            .isEmpty();
                    assertThat(answer.statusCode()).as("%.300s", answer.body()).isBetween(200, 299);
                });
    }

    @Order(2)
    @TestFactory
    Stream<DynamicNode> refusesCallersItDoesNotKnow() {
        return forEach(
                operation -> {
                    ContractRequest good = samples.good(operation).getFirst();
                    return operation.open()
                            ? List.of()
                            : List.of(
                                    good.label("a bad token").header("Authorization", "Bearer of.bad.news"),
                                    good.label("an unknown key").header("X-API-Key", "unknown"));
                },
                (request, answer) -> {
                    boolean key = request.headers().containsKey("X-API-Key");
                    if (request.operation().internal()) {
                        requireStatus(answer, key ? 401 : 422);
                    } else {
                        requireStatus(answer, key && !request.operation().v03() ? 403 : 401);
                    }
                });
    }

    @Order(3)
    @TestFactory
    Stream<DynamicNode> leavesAdministrationToAdministrators() {
        return forEach(
                operation -> ContractWorld.administrative(operation)
                        ? List.of(samples.good(operation).getFirst().header("X-API-Key", ContractWorld.OTHER_KEY))
                        : List.of(),
                (request, answer) -> requireStatus(answer, 403));
    }

    @Order(4)
    @TestFactory
    Stream<DynamicNode> refusesBodiesThatAreNoObject() {
        return forEach(
                operation -> allowed(samples.withoutObject(operation)),
                (request, answer) -> requireStatus(answer, 400));
    }

    @Order(5)
    @TestFactory
    Stream<DynamicNode> refusesRequestsThatLackSomething() {
        return forEach(operation -> allowed(samples.incomplete(operation)), (request, answer) -> {
            if (LENIENT.contains(request.operation().id()) && answer.statusCode() == 200) {
                return;
            }
            requireStatus(answer, 400, 415, 422);
        });
    }

    @Order(6)
    @TestFactory
    Stream<DynamicNode> refusesIdsOfNothing() {
        return forEach(
                operation -> allowed(samples.unknown(operation)), (request, answer) -> requireStatus(answer, 404));
    }

    @Order(7)
    @TestFactory
    Stream<DynamicNode> survivesOddValues() {
        return forEach(
                operation -> allowed(samples.odd(operation)),
                (request, answer) -> assertThat(answer.statusCode())
                        .as("%.300s", answer.body())
                        .isLessThan(500));
    }

    @Order(8)
    @TestFactory
    Stream<DynamicNode> limitsTheBanner() {
        return forEach(
                operation -> {
                    if (!operation.id().equals("gatewayRoot")) {
                        return List.of();
                    }
                    ContractRequest request = ContractRequest.of(operation).header("X-API-Key", "of one caller");
                    Stream.generate(() -> world.send(request)).limit(60).forEach(answer -> requireStatus(answer, 200));
                    return List.of(request);
                },
                (request, answer) -> requireStatus(answer, 429));
    }

    @Order(9)
    @TestFactory
    Stream<DynamicNode> failsInItsFormWhenEveryModelFails() {
        return forEach(operation -> allowed(samples.hopeless(operation)), (request, answer) -> {
            boolean begun = request.operation().v03() && request.text().contains("\"stream\":true");
            requireStatus(answer, begun || request.operation().onlyStreams() ? 200 : 500);
        });
    }

    @Order(10)
    @TestFactory
    Stream<DynamicNode> passesOnWhatTheIdentityProviderRefuses() {
        world.refuseAccounts();
        return accounts(400);
    }

    @Order(11)
    @TestFactory
    Stream<DynamicNode> saysThatTheIdentityProviderIsAway() {
        world.breakAccounts();
        return accounts(503);
    }

    private static Stream<DynamicNode> accounts(int status) {
        return forEach(
                operation -> ContractWorld.ofAccounts(operation) ? first(operation) : List.of(),
                (request, answer) -> requireStatus(answer, status));
    }

    @Order(12)
    @TestFactory
    Stream<DynamicNode> saysWhichSegmentIsAway() {
        world.stopSegments();
        return forEach(operation -> operation.internal() ? List.of() : first(operation), (request, answer) -> {
            String path = request.operation().path();
            if (path.startsWith("/api/")) {
                requireStatus(answer, 503);
                String segment = path.contains("/auth/") ? "auth" : path.contains("/assets") ? "asset" : "chat";
                assertThat(answer.body()).isEqualTo("{\"detail\":\"Service " + segment + " unavailable\"}");
            } else {
                requireStatus(answer, 200);
            }
        });
    }

    @Order(13)
    @TestFactory
    Stream<DynamicNode> goesOnWithoutTheDatabase() {
        world.healAccounts();
        withoutDatabase = world.withoutDatabase();
        return documents.stream()
                .flatMap(document -> document.operations().stream())
                .filter(operation -> !operation.internal() && !NOT_OFFERED.equals(operation.id()))
                .map(operation -> DynamicTest.dynamicTest(operation.toString(), () -> {
                    ContractRequest request = first(operation).getFirst();
                    int expected = WITHOUT_DATABASE.entrySet().stream()
                            .filter(entry -> operation.path().matches(entry.getKey()))
                            .findFirst()
                            .orElseThrow()
                            .getValue();
                    requireStatus(checked(request, ContractWorld.send(withoutDatabase, request)), expected);
                }));
    }

    /** Semantics 18: they live in memory. Figures of usage live in the database, and are refused, not zero. */
    @Order(14)
    @Test
    void measuresChatsWithoutTheDatabase() throws JsonProcessingException {
        String[] caller = ContractWorld.as(ContractWorld.USER);
        withoutDatabase.send(withoutDatabase
                .request("/api/v0.2/performance/reset", caller)
                .DELETE()
                .build());
        var chat = withoutDatabase.post("/api/v1/chat", "{\"message\":\"Hello\"}", caller);

        requireStatus(chat, 200);
        await().until(() -> figure("/api/v0.2/performance/summary", "/summary/total_requests") == 1);
        assertThat(figure("/api/v0.2/performance/summary", "/providers/claude/total_tokens"))
                .isPositive();
        requireStatus(withoutDatabase.get("/api/v0.2/usage/current", caller), 500);
    }

    private static int figure(String path, String pointer) throws JsonProcessingException {
        var answer = withoutDatabase.get(path, ContractWorld.as(ContractWorld.USER));
        return new ObjectMapper().readTree(answer.body()).at(pointer).asInt();
    }

    @Order(15)
    @Test
    void toleratesNothingThatDoesNotHappen() {
        assertThat(Deviation.unseen()).isEmpty();
    }
}
