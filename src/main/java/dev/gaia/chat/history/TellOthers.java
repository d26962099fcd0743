package dev.gaia.chat.history;

import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;

/** Hands notices of changed dialogues to the route {@code chat-history-tell}, as long as that runs. */
final class TellOthers {

    private static final String ROUTE = "chat-history-tell";

    private final CamelContext camel;
    private final HistoryNotice notice;
    private final ProducerTemplate template;

    TellOthers(CamelContext camel, HistoryNotice notice) {
        this.camel = camel;
        this.notice = notice;
        this.template = camel.createProducerTemplate();
    }

    void changed(Set<HistoryKey> keys) {
        var status = camel.getRouteController().getRouteStatus(ROUTE);
        if (status != null && status.isStarted()) {
            template.sendBody("direct:" + ROUTE, notice.of(keys, false));
        }
    }
}
