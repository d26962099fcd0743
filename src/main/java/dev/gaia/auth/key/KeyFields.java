package dev.gaia.auth.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gaia.error.Failure;
import dev.gaia.error.FailureCode;
import dev.gaia.error.Issue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the fields of a request about a key, and collects what is wrong with them. */
final class KeyFields {

    private static final int TEXT_MAX = 255;
    private static final int PERMISSIONS_MAX = 4_096;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final JsonNode body;
    private final List<Issue> issues = new ArrayList<>();

    KeyFields(JsonNode body) {
        this.body = body;
    }

    /** True when the field is there, be it null. */
    boolean given(String field) {
        return body.has(field);
    }

    /** Text of 1 to 255 printable characters. */
    Optional<String> text(String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        String text = value.isTextual() ? value.textValue().strip() : "";
        if (text.isEmpty() || text.length() > TEXT_MAX || text.chars().anyMatch(Character::isISOControl)) {
            refuse("string_type", field, "Input should be a text of 1 to 255 printable characters");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    Optional<String> email(String field) {
        Optional<String> text = text(field);
        if (text.isPresent() && !text.get().matches("[^@\\s]+@[^@\\s]+")) {
            refuse("value_error", field, "Input should be an e-mail address");
        }
        return text;
    }

    /** A moment; empty when the field is absent or null. Without a zone it is meant as UTC. */
    Optional<Instant> moment(String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        try {
            Instant moment = instant(value.asText());
            if (value.isTextual() && moment.isAfter(Instant.EPOCH) && moment.isBefore(LATEST)) {
                return Optional.of(moment);
            }
        } catch (DateTimeException e) {
            // Told below.
        }
        refuse("datetime_type", field, "Input should be a date and time such as 2027-01-31T12:00:00Z, or null");
        return Optional.empty();
    }

    Optional<Instant> momentAfter(String field, InstantSource clock) {
        Optional<Instant> moment = moment(field);
        if (moment.isPresent() && !moment.get().isAfter(clock.instant())) {
            refuse("value_error", field, "Input should be in the future");
        }
        return moment;
    }

    private static Instant instant(String text) {
        return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    /** A JSON object, empty when absent; its {@code admin}, if any, is true or false. */
    JsonNode permissions(String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return JsonNodeFactory.instance.objectNode();
        }
        if (!value.isObject()
                || value.toString().length() > PERMISSIONS_MAX
                || value.toString().contains("\\u0000")) {
            refuse("dict_type", field, "Input should be an object of at most 4096 characters");
        } else if (value.has("admin") && !value.path("admin").isBoolean()) {
            issues.add(new Issue("bool_type", List.of("body", field, "admin"), "Input should be true or false"));
        }
        return value;
    }

    /** A whole number within the bounds; the lowest when absent. */
    int number(String field, int lowest, int highest) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return lowest;
        }
        if (!value.isIntegralNumber() || value.longValue() < lowest || value.longValue() > highest) {
            refuse("int_type", field, "Input should be a whole number from " + lowest + " to " + highest);
            return lowest;
        }
        return value.intValue();
    }

    void refuse(String type, String field, String message) {
        issues.add(new Issue(type, List.of("body", field), message));
    }

    /** @throws Failure when something is wrong, naming all of it */
    void check() {
        if (!issues.isEmpty()) {
            throw Failure.invalid(FailureCode.AUTH_INVALID_REQUEST, issues);
        }
    }
}
