package dev.gaia.bench;

import dev.gaia.fake.FakeModelProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is measured: its addresses, the processes that do its work, and the figures found.
 *
 * @param name column of the report: {@code direct}, {@code nginx}, {@code gaia-direct}, {@code gaia-nats}
 * @param documents where a chat request is posted that is answered by one document
 * @param streams where a chat request is posted that is answered by a stream
 * @param figures name to value, in the order in which they were measured; the unit is part of the name
 */
record Target(String name, URI documents, URI streams, Processes processes, Map<String, Double> figures) {

    Target(String name, String documents, String streams, Processes processes) {
        this(name, URI.create(documents), URI.create(streams), processes, new LinkedHashMap<>());
    }

    /**
     * Its answer to one document; a target that does not answer with the fake provider's words would be measured for
     * nothing.
     *
     * @param authorization of the caller
     */
    HttpResponse<String> answer(String authorization, String document) {
        var request = HttpRequest.newBuilder(documents)
                .header("Content-Type", "application/json")
                .header("Authorization", authorization)
                .POST(HttpRequest.BodyPublishers.ofString(document))
                .build();
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200 || !answer.body().contains(FakeModelProvider.DEFAULT_TEXT)) {
                throw new BenchFailure(name + " answers with status " + answer.statusCode() + ": " + answer.body());
            }
            return answer;
        } catch (IOException e) {
            throw new BenchFailure(name + " does not answer: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailure("The bench was interrupted.");
        }
    }

    void put(String figure, double value) {
        figures.put(figure, value);
    }

    /** Not a number when it was not measured. */
    double get(String figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }
}
