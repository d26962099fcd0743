package dev.gaia.asset.meaning;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.Optional;

/** Whether assets are searched by meaning here, with which model, and how nearness is computed. */
public final class Meanings {

    /** Numbers of a vector. */
    public static final int DIMENSIONS = 384;

    private static final int KNOWN_SEARCHES_MAX = 1000;

    private final String model;
    private final VectorIndex index;
    private final Cache<String, float[]> searches =
            Caffeine.newBuilder().maximumSize(KNOWN_SEARCHES_MAX).build();
    private volatile String nearness = "";
    private volatile boolean answering = true;

    /** @param model empty to search by words only */
    Meanings(String model, VectorIndex index) {
        this.model = model;
        this.index = index;
    }

    /** Are assets searched by meaning? */
    public boolean on() {
        return !model.isEmpty();
    }

    public String model() {
        return model;
    }

    /** {@code pgvector} or {@code memory}; empty as long as the database was not asked. */
    public String nearness() {
        return nearness;
    }

    /** Was the database asked how nearness is computed? */
    public boolean asked() {
        return !nearness.isEmpty();
    }

    void keepNearness(String kind) {
        nearness = kind;
    }

    /** Keeps whether the model answered when it was last asked. */
    void keepAnswering(boolean answered) {
        answering = answered;
    }

    /** How assets are searched now: {@code semantic}, or {@code text} while that is off or does not work. */
    public String mode() {
        return on() && answering && ready() ? "semantic" : "text";
    }

    /** The model whose vectors a search is compared by now; empty while words count alone. */
    public String comparing() {
        return on() && ready() ? model : "";
    }

    /** Can nearness be computed, so that it is worth asking for the vector of a search? */
    boolean ready() {
        return "pgvector".equals(nearness) || ("memory".equals(nearness) && index.size() > 0);
    }

    /** Vectors kept in memory. */
    public int kept() {
        return index.size();
    }

    Optional<float[]> known(String words) {
        return Optional.ofNullable(searches.getIfPresent(words));
    }

    void know(String words, float[] vector) {
        searches.put(words, vector);
    }
}
