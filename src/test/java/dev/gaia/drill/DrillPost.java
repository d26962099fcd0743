package dev.gaia.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Requests of callers of a Gaia of the drill, whose answers are read as they came. */
final class DrillPost {

    private DrillPost() {}

    static HttpRequest.Builder request(String baseUrl, String path, String body) {
        var credentials = DrillGaia.credentials();
        return HttpRequest.newBuilder(URI.create(baseUrl + path))
                .header("Content-Type", "application/json")
                .header(credentials.header(), credentials.value().get())
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    static HttpResponse<String> post(String baseUrl, String path, JsonNode body)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request(baseUrl, path, body.toString()).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** The stream of a drill in the form of this path, as it came. */
    static String stream(String baseUrl, String path, String drill, String model)
            throws IOException, InterruptedException {
        var form = path.contains("messages") ? DrillForm.ANTHROPIC : DrillForm.OPENAI;
        return post(baseUrl, path, form.body(drill, model, true)).body();
    }
}
