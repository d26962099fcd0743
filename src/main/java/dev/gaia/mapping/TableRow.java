package dev.gaia.mapping;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One entry of a table, which knows where each of its fields was written.
 *
 * @param fields as YAML has them, the names in kebab-case
 * @param place where the entry begins
 * @param places where each field stands
 */
public record TableRow(Map<String, Object> fields, Place place, Map<String, Place> places) {

    /** A line of a file, counted from 1. */
    public record Place(Path file, int line) {

        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** The entry that has the fields of both; those of this one win. */
    public TableRow over(TableRow base) {
        Map<String, Object> all = new LinkedHashMap<>(base.fields);
        all.putAll(fields);
        Map<String, Place> both = new LinkedHashMap<>(base.places);
        both.putAll(places);
        return new TableRow(all, place, both);
    }

    /** A field's text; empty when there is none. */
    public String text(String field) {
        return String.valueOf(fields.getOrDefault(field, ""));
    }

    /** A fault of one field: where it stands, and what is wrong in a sentence. */
    public MappingFault fault(String field, String sentence) {
        return new MappingFault(places.getOrDefault(field, place) + ": " + sentence);
    }

    /**
     * The entry as a record.
     *
     * @throws MappingFault when a field is unknown or of the wrong kind: file, line and reason
     */
    public <T> T as(ObjectMapper mapper, Class<T> type) {
        try {
            return mapper.convertValue(fields, type);
        } catch (IllegalArgumentException e) {
            if (!(e.getCause() instanceof JsonMappingException wrong)) {
                throw fault("", e.getMessage());
            }
            var field =
                    wrong.getPath().isEmpty() ? "" : wrong.getPath().getFirst().getFieldName();
            throw fault(field == null ? "" : field, sentence(wrong));
        }
    }

    private static String sentence(JsonMappingException wrong) {
        if (wrong instanceof UnrecognizedPropertyException unknown) {
            return "there is no field `" + unknown.getPropertyName() + "`; write one of "
                    + unknown.getKnownPropertyIds().stream()
                            .map(String::valueOf)
                            .sorted()
                            .collect(Collectors.joining(", "));
        }
        var path = wrong.getPath().stream()
                .map(step -> step.getFieldName() == null ? "entry " + (step.getIndex() + 1) : step.getFieldName())
                .collect(Collectors.joining(" "));
        return wrong.getCause() instanceof IllegalArgumentException cause
                ? cause.getMessage()
                : "the value of `" + path + "` is of the wrong kind; " + wrong.getOriginalMessage();
    }
}
