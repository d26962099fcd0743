package dev.gaia.link;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.nats.client.impl.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;

/**
 * Which headers and variables cross the link, and how they are written. Nothing else does, in either direction: what
 * is not on these lists is neither sent nor read, so no control header of Camel can arrive by NATS.
 */
final class LinkHeaders {

    /** Milliseconds the caller waits for the head; a time and no moment, since the clocks of machines differ. */
    static final String TIMEOUT = "link-timeout";

    /** Pieces and bytes the sender may be ahead, as {@code 64 65536}. */
    static final String WINDOW = "link-window";

    /** Variables {@code query} and {@code path} as one JSON object. */
    static final String VARIABLES = "link-variables";

    /** Length of a body that follows in pieces. */
    static final String BYTES = "link-bytes";

    /** Status of a plain or streamed answer, when it is not 200. */
    static final String STATUS = "link-status";

    /** What a client says of its call beside its body. */
    private static final Set<String> REQUEST =
            Set.of("content-type", "origin", "x-request-timeout", "x-response-format", "x-stream-rescue");

    private static final Set<String> ANSWER = Set.of(
            "content-type",
            "cache-control",
            "retry-after",
            "location",
            "preference-applied",
            "accept-ranges",
            "content-range",
            "content-disposition",
            "content-security-policy");
    private static final String[] VARIABLE_NAMES = {"query", "path"};
    private static final TypeReference<Map<String, Map<String, String>>> VARIABLES_TYPE = new TypeReference<>() {};

    private final ObjectMapper json;
    private final ObjectWriter asciiJson;

    LinkHeaders(ObjectMapper json) {
        this.json = json;
        this.asciiJson = json.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);
    }

    /** Writes what a request takes along. */
    void writeRequest(Exchange exchange, Headers target) {
        exchange.getMessage().getHeaders().forEach((name, value) -> {
            if (value instanceof String text && isRequestHeader(name)) {
                target.put(name, encode(text));
            }
        });
        ClientLimit.header(exchange).ifPresent(left -> {
            target.remove(ClientLimit.HEADER, ClientLimit.HEADER.toLowerCase(Locale.ROOT));
            target.put(ClientLimit.HEADER, left);
        });
        Map<String, Object> variables = LinkedHashMap.newLinkedHashMap(2);
        for (var name : VARIABLE_NAMES) {
            if (exchange.getVariable(name) instanceof Map<?, ?> map && !map.isEmpty()) {
                variables.put(name, map);
            }
        }
        if (!variables.isEmpty()) {
            try {
                target.put(VARIABLES, asciiJson.writeValueAsString(variables));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("Variables query and path must map text to text", e);
            }
        }
    }

    /** Puts what a request brought along into the exchange. */
    void readRequest(Headers source, Exchange exchange) {
        source.forEach((name, values) -> {
            if (isRequestHeader(name) && !values.isEmpty()) {
                var key = "content-type".equalsIgnoreCase(name) ? Exchange.CONTENT_TYPE : name.toLowerCase(Locale.ROOT);
                exchange.getIn().setHeader(key, decode(values.get(0)));
            }
        });
        Map<String, Map<String, String>> variables = Map.of();
        var text = source.getFirst(VARIABLES);
        if (text != null) {
            try {
                variables = json.readValue(text, VARIABLES_TYPE);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("Header %s is not a JSON object of objects".formatted(VARIABLES), e);
            }
        }
        for (var name : VARIABLE_NAMES) {
            exchange.setVariable(name, variables.getOrDefault(name, Map.of()));
        }
    }

    /**
     * Writes the headers of an answer.
     *
     * @param received the Content-Type of the request; the same object means the route set none
     */
    @SuppressWarnings("ReferenceEquality")
    void writeAnswer(Exchange exchange, Object received, Headers target) {
        exchange.getMessage().getHeaders().forEach((name, value) -> {
            if (value != null && value != received && isAnswerHeader(name)) {
                target.put(name, encode(value.toString()));
            }
        });
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        if (status != 200) {
            target.put(STATUS, Integer.toString(status));
        }
    }

    void writeFailure(Map<String, String> headers, Headers target) {
        headers.forEach((name, value) -> target.put(name, encode(value)));
    }

    /** Puts the headers of an answer into the exchange of the caller. */
    void readAnswer(Headers source, Exchange exchange) {
        var message = exchange.getMessage();
        message.removeHeader(Exchange.CONTENT_TYPE);
        readAnswer(source).forEach(message::setHeader);
        var status = source.getFirst(STATUS);
        if (status != null) {
            message.setHeader(Exchange.HTTP_RESPONSE_CODE, Integer.valueOf(status));
        }
    }

    /** The headers of an answer or failure. */
    Map<String, String> readAnswer(Headers source) {
        Map<String, String> headers = LinkedHashMap.newLinkedHashMap(4);
        source.forEach((name, values) -> {
            if (isAnswerHeader(name) && !values.isEmpty()) {
                headers.put(name, decode(values.get(0)));
            }
        });
        return headers;
    }

    private static boolean isRequestHeader(String name) {
        return name.regionMatches(true, 0, GaiaHeaders.PREFIX, 0, GaiaHeaders.PREFIX.length())
                || REQUEST.contains(name.toLowerCase(Locale.ROOT));
    }

    private static boolean isAnswerHeader(String name) {
        return name.regionMatches(true, 0, "x-", 0, 2) || ANSWER.contains(name.toLowerCase(Locale.ROOT));
    }

    /** NATS headers are printable ASCII: everything else, and the percent sign, is percent-encoded UTF-8. */
    static String encode(String value) {
        if (value.chars().allMatch(LinkHeaders::isPlain)) {
            return value;
        }
        var encoded = new StringBuilder(value.length() + 16);
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b & 0xff)) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    static String decode(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        try {
            // The decoder is made for forms, where a plus sign is a space.
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return value;
        }
    }

    private static boolean isPlain(int character) {
        return character >= 0x20 && character <= 0x7e && character != '%';
    }
}
