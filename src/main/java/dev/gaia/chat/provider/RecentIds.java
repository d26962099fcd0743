package dev.gaia.chat.provider;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The ids that were added last: {@value #GENERATION} of them at least, twice as many at most. */
final class RecentIds {

    /** More than can be under way at one provider. */
    static final int GENERATION = 4_096;

    private volatile Set<String> young = ConcurrentHashMap.newKeySet();
    private volatile Set<String> old = Set.of();

    void add(String id) {
        young.add(id);
        if (young.size() >= GENERATION) {
            turn();
        }
    }

    private synchronized void turn() {
        if (young.size() >= GENERATION) {
            old = young;
            young = ConcurrentHashMap.newKeySet();
        }
    }

    boolean contains(String id) {
        return young.contains(id) || old.contains(id);
    }
}
