package dev.gaia.embedded;

import dev.gaia.launch.Launch;
import java.util.List;
import org.springframework.context.annotation.Configuration;

/** PostgreSQL and NATS for a cluster of processes on one machine, without any segment. */
@Configuration(proxyBeanMethods = false)
public class Infrastructure {

    /** There is no bean whose thread would keep the process running. */
    private static final String KEEP_ALIVE = "--spring.main.keep-alive=true";

    public static void main(String[] arguments) {
        Launch.run(Infrastructure.class, List.of(new EmbeddedServices()), KEEP_ALIVE);
    }
}
