package dev.gaia.bench;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is measured: its addresses, the processes that do its work, and the figures found.
 *
 * @param name column of the report: {@code direct}, {@code nginx}, {@code gaia-direct}, {@code gaia-nats}
 * @param documents where a chat request is posted that is answered by one document
 * @param streams where a chat request is posted that is answered by a stream
 * @param figures name to value, in the order in which they were measured; the unit is part of the name
 */
record Target(String name, URI documents, URI streams, Processes processes, Map<String, Double> figures) {

    Target(String name, String documents, String streams, Processes processes) {
        this(name, URI.create(documents), URI.create(streams), processes, new LinkedHashMap<>());
    }

    void put(String figure, double value) {
        figures.put(figure, value);
    }

    /** Not a number when it was not measured. */
    double get(String figure) {
        return figures.getOrDefault(figure, Double.NaN);
    }
}
