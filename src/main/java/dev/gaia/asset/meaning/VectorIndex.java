package dev.gaia.asset.meaning;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The vectors of assets in memory, for databases without pgvector: each is compared with the one that is sought, which
 * takes some milliseconds for 50,000. It holds those that were written first, up to a number; the texts of later ones are
 * searched by their words.
 */
final class VectorIndex {

    /** A place in the order in which vectors are written: time as the database writes it, then id. */
    record Position(String time, String id) {

        static final Position START = new Position("-infinity", "00000000-0000-0000-0000-000000000000");

        /** Times are ISO texts, which stand in their order. */
        boolean after(Position other) {
            int order = time.compareTo(other.time);
            return order > 0 || (order == 0 && id.compareTo(other.id) > 0);
        }
    }

    /** An asset and how near it is, -1 to 1. */
    record Near(String id, double similarity) {}

    @SuppressWarnings("ArrayRecordComponent") // kept and read, never compared
    private record Entry(String category, float[] vector) {}

    private final int vectorsMax;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private volatile Position last = Position.START;

    VectorIndex(int vectorsMax) {
        this.vectorsMax = vectorsMax;
    }

    int size() {
        return entries.size();
    }

    boolean full() {
        return entries.size() >= vectorsMax;
    }

    /** Up to where all vectors are here. */
    Position last() {
        return last;
    }

    /**
     * Adds a vector of length 1, or keeps it instead of an earlier one, unless there is no room.
     *
     * @return whether searches may find something else now
     */
    boolean add(Position position, String category, float[] vector) {
        if (full() && !entries.containsKey(position.id())) {
            return false;
        }
        Entry earlier = entries.put(position.id(), new Entry(category, vector));
        last = position.after(last) ? position : last;
        return earlier == null || !Arrays.equals(earlier.vector(), vector);
    }

    /**
     * The nearest assets, best first.
     *
     * @param category empty for all
     */
    List<Near> near(float[] sought, String category, double threshold, int most) {
        return entries.entrySet().stream()
                .filter(entry ->
                        category.isEmpty() || category.equals(entry.getValue().category()))
                .map(entry -> new Near(
                        entry.getKey(), product(sought, entry.getValue().vector())))
                .filter(near -> near.similarity() >= threshold)
                .sorted(Comparator.comparingDouble(Near::similarity).reversed().thenComparing(Near::id))
                .limit(most)
                .toList();
    }

    /** The cosine of two vectors of length 1. */
    private static double product(float[] left, float[] right) {
        float sum = 0;
        for (int i = 0; i < left.length; i++) {
            sum += left[i] * right[i];
        }
        return sum;
    }
}
