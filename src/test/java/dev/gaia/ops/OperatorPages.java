package dev.gaia.ops;

import dev.gaia.Hub;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The pages for operators of a hub that serves them. */
public final class OperatorPages {

    private final Hub hub;

    private OperatorPages(Hub hub) {
        this.hub = hub;
    }

    public static OperatorPages of(Hub hub) {
        return new OperatorPages(hub);
    }

    /** The text of a page. */
    public String get(String path) {
        return answer(path).body();
    }

    HttpResponse<String> answer(String path) {
        int port = hub.bean(ManagementServer.class).port();
        return hub.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build());
    }
}
