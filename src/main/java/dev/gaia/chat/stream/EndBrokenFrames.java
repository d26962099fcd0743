package dev.gaia.chat.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gaia.link.GaiaHeaders;
import dev.gaia.link.PieceStream;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps of the gateway that give framed streams which break on their way there the end of their surface. */
final class EndBrokenFrames {

    private static final Logger log = LoggerFactory.getLogger("gateway-chat-complete");

    private static final DateTimeFormatter NAIVE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS");
    private static final String CHOICE = "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"%s\"}]";

    private EndBrokenFrames() {}

    /** Typed frames of v0.2: error, complete, and the end mark. */
    static void typed(Exchange exchange) {
        end(
                exchange,
                frame("{\"type\":\"error\",\"error\":\"" + EndedStream.REASON + "\"," + CHOICE.formatted("error") + "}")
                        + frame("{\"type\":\"complete\",\"timestamp\":\""
                                + LocalDateTime.now(ZoneOffset.UTC).format(NAIVE) + "\",\"response_length\":0,"
                                + CHOICE.formatted("stop") + "}")
                        + frame("[DONE]"));
    }

    /** Frames of v0.3: error, done. */
    static void v03(Exchange exchange) {
        end(
                exchange,
                frame("{\"type\":\"error\",\"error\":\"" + EndedStream.REASON + "\"}") + frame("{\"type\":\"done\"}"));
    }

    private static void end(Exchange exchange, String ending) {
        var message = exchange.getMessage();
        if (message.getBody() instanceof PieceStream stream) {
            message.setBody(new EndedStream(
                    stream,
                    message.getHeader(GaiaHeaders.REQUEST_ID, "", String.class),
                    log,
                    () -> ending.getBytes(UTF_8)));
        }
    }

    private static String frame(String document) {
        return "data: " + document + "\n\n";
    }
}
