package dev.gaia;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts Spring Boot and Camel; everything a request meets is in {@code routes/}. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class GaiaApplication {

    public static void main(String[] arguments) {
        SpringApplication.run(GaiaApplication.class, arguments);
    }
}
