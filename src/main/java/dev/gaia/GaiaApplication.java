package dev.gaia;

import dev.gaia.embedded.EmbeddedServices;
import dev.gaia.launch.FreePorts;
import dev.gaia.launch.Launch;
import java.util.List;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts Spring Boot and Camel; everything a request meets is in {@code routes/}. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class GaiaApplication {

    public static void main(String[] arguments) {
        Launch.run(GaiaApplication.class, List.of(new FreePorts(), new EmbeddedServices()), arguments);
    }
}
