package dev.gaia;

import dev.gaia.launch.Launch;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts Spring Boot and Camel; everything a request meets is in {@code routes/}. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class GaiaApplication {

    public static void main(String[] arguments) {
        Launch.run(GaiaApplication.class, arguments);
    }
}
