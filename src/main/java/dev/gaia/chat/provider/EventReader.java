package dev.gaia.chat.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads the events of one operation of a provider, which sends nearly all of them in a few forms: the same bytes but for
 * texts and numbers. Forms that were seen before are read as {@link EventForm} does, everything else by Jackson, with
 * the same result. For many threads.
 */
final class EventReader {

    private static final int FORMS_MAX = 8;
    /** Longer events hold more than a token. */
    private static final int LENGTH_MAX = 2 * 1024;
    /** When all forms are known, so many unknown events come before one of them may take another one's place. */
    private static final int PATIENCE = 256;

    private final ObjectReader reader;
    private final AtomicInteger unknown = new AtomicInteger();
    private volatile List<EventForm> forms = List.of();

    EventReader(ObjectReader reader) {
        // Else of two documents in one event the second would be lost, and nobody told.
        this.reader = reader.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    }

    /**
     * The document of an event. It must not be changed.
     *
     * @throws JsonProcessingException when the event is no JSON, or more than one document
     */
    JsonNode read(ByteBuffer event) throws IOException {
        byte[] bytes = event.array();
        int from = event.arrayOffset() + event.position();
        int to = from + event.remaining();
        var known = forms;
        for (int i = 0; i < known.size(); i++) {
            var document = known.get(i).read(bytes, from, to);
            if (document.isPresent()) {
                return document.get();
            }
        }
        var document = reader.readTree(bytes, from, to - from);
        if (to - from <= LENGTH_MAX) {
            learn(bytes, from, to);
        }
        return document;
    }

    /** The document of an event that was put right. */
    JsonNode read(String event) throws JsonProcessingException {
        return reader.readTree(event);
    }

    private void learn(byte[] bytes, int from, int to) {
        if (forms.size() < FORMS_MAX || unknown.incrementAndGet() % PATIENCE == 0) {
            EventForm.of(Arrays.copyOfRange(bytes, from, to), reader).ifPresent(this::add);
        }
    }

    private synchronized void add(EventForm form) {
        if (forms.stream().noneMatch(form::same)) {
            var more = new ArrayList<>(forms.size() < FORMS_MAX ? forms : forms.subList(1, FORMS_MAX));
            more.add(form);
            forms = List.copyOf(more);
        }
    }
}
