package dev.gaia.routes;

import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.stereotype.Component;

/**
 * Camel makes an event object for every exchange and every call between routes as soon as somebody listens to the
 * context. Here somebody does: camel-spring-boot 4.17, which only wants to know when the context stops. So the events
 * nobody reads are not made.
 */
@Component
class DeafNotifiers implements CamelContextConfiguration {

    @Override
    public void beforeApplicationStart(CamelContext context) {
        // Nothing: camel-spring-boot has not begun to listen yet.
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
        for (var notifier : context.getManagementStrategy().getEventNotifiers()) {
            notifier.setIgnoreExchangeEvents(true);
        }
    }
}
