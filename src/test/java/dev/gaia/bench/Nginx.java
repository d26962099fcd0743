package dev.gaia.bench;

import dev.gaia.embedded.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** nginx as the plain proxy that everything is compared with: kept connections, no access log, streams not buffered. */
final class Nginx {

    private Nginx() {}

    static Target start(Programs programs, Path folder, int providerPort) {
        int documents = FreePort.find();
        int streams = FreePort.find();
        var configuration = folder.resolve("nginx.conf");
        try {
            Files.writeString(configuration, configuration(folder, providerPort, documents, streams));
        } catch (IOException e) {
            throw new BenchFailure("The configuration of nginx cannot be written: " + e.getMessage());
        }
        var nginx = programs.start(
                "nginx",
                List.of("nginx", "-p", folder.toString(), "-e", "stderr", "-c", configuration.toString()),
                Map.of());
        programs.await(nginx, () -> Programs.status(streams, "/v1/models") == 200);
        return new Target(
                "nginx",
                "http://127.0.0.1:" + documents + "/v1/chat/completions",
                "http://127.0.0.1:" + streams + "/v1/chat/completions",
                nginx.processes());
    }

    private static String configuration(Path folder, int provider, int documents, int streams) {
        return """
            %1$s
            daemon off;
            worker_processes 2;
            pid %2$s/nginx.pid;
            error_log stderr warn;
            events { worker_connections 8192; }
            http {
              access_log off;
              keepalive_requests 100000000;
              client_body_temp_path %2$s/nginx-body;
              proxy_temp_path %2$s/nginx-proxy;
              fastcgi_temp_path %2$s/nginx-fastcgi;
              uwsgi_temp_path %2$s/nginx-uwsgi;
              scgi_temp_path %2$s/nginx-scgi;
              upstream provider {
                server 127.0.0.1:%3$d;
                keepalive 1024;
                keepalive_requests 100000000;
              }
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              server { listen 127.0.0.1:%4$d backlog=4096; location / { proxy_pass http://provider; } }
              server { listen 127.0.0.1:%5$d backlog=4096; location / { proxy_buffering off; proxy_pass http://provider; } }
            }
            """.formatted(workerUser(), folder, provider, documents, streams);
    }

    /** Started by root, the workers would belong to a user who may not enter the folder. */
    private static String workerUser() {
        return "root".equals(System.getProperty("user.name")) ? "user root root;" : "";
    }
}
